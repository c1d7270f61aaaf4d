using System.Text;
using MailKit;

namespace ArchiveJobs.Mail.Net;

/// <summary>Keeps the last 2 KiB that the server said. MailKit takes response codes off its messages; the reason for a refusal is in them.</summary>
internal sealed class LastWords : IProtocolLogger
{
    private const int KeptBytes = 2048;
    private const int LinesLookedAt = 3;

    private readonly byte[] _kept = new byte[KeptBytes];
    private int _length;

    /// <summary>MailKit sets it; nothing of the client is kept here.</summary>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>
    /// The status (NO, BAD, BYE, -ERR and what follows) in one of the server's last lines; null when there is none. Earlier lines are not
    /// looked at: they may be a message's.
    /// </summary>
    public string? LastRefusal
    {
        get
        {
            string? found = null;
            var lines = Encoding.UTF8.GetString(_kept, 0, _length).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            foreach (var line in lines.TakeLast(LinesLookedAt))
            {
                found = RefusalIn(line) ?? found;
            }

            return found;
        }
    }

    public void Clear() => _length = 0;

    public void LogConnect(Uri uri)
    {
    }

    public void LogClient(byte[] buffer, int offset, int count)
    {
    }

    public void LogServer(byte[] buffer, int offset, int count) => Add(buffer.AsSpan(offset, count));

    public void Add(ReadOnlySpan<byte> words)
    {
        words = words.Length > KeptBytes ? words[^KeptBytes..] : words;
        var old = Math.Min(_length, KeptBytes - words.Length);
        _kept.AsSpan(_length - old, old).CopyTo(_kept);
        words.CopyTo(_kept.AsSpan(old));
        _length = old + words.Length;
    }

    public void Dispose()
    {
    }

    // IMAP: "tag NO text", "* BYE text" (RFC 9051 section 7.1). POP3: "-ERR text" (RFC 1939 section 3).
    private static string? RefusalIn(string line)
    {
        if (line.StartsWith("-ERR", StringComparison.OrdinalIgnoreCase))
        {
            return line;
        }

        var space = line.IndexOf(' ');
        if (space is < 1 or > 20)
        {
            return null;
        }

        var rest = line[(space + 1)..];
        return rest.StartsWith("NO ", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("BAD ", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("BYE ", StringComparison.OrdinalIgnoreCase) ? rest : null;
    }
}
