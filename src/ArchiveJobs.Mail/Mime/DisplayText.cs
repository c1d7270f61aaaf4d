using System.Text;
using MimeKit;

namespace ArchiveJobs.Mail.Mime;

/// <summary>Text of a field as lists show it: one line, no control characters, at most 1,000 characters.</summary>
internal static class DisplayText
{
    public const int MaxCharacters = 1000;

    public static string FromAscii(ReadOnlySpan<byte> value) => FromAscii(value, dropQuotes: false);

    /// <summary>"Doe, John" &lt;j@example.com&gt; is shown as Doe, John &lt;j@example.com&gt;.</summary>
    public static string FromAsciiAddresses(ReadOnlySpan<byte> value) => FromAscii(value, dropQuotes: value.IndexOfAny((byte)'"', (byte)'\\') >= 0);

    public static string From(string text)
    {
        var result = new StringBuilder(Math.Min(text.Length, MaxCharacters));
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n')
            {
                continue;
            }

            if (result.Length + rune.Utf16SequenceLength > MaxCharacters)
            {
                break;
            }

            result.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
        }

        return result.ToString().Trim();
    }

    public static string Of(InternetAddress address) => address switch
    {
        MailboxAddress mailbox when string.IsNullOrWhiteSpace(mailbox.Name) => mailbox.Address,
        MailboxAddress mailbox => $"{mailbox.Name} <{mailbox.Address}>",
        GroupAddress group => $"{group.Name}: {string.Join(", ", group.Members.Take(MaxCharacters).Select(Of))};",
        _ => address.ToString(),
    };

    private static string FromAscii(ReadOnlySpan<byte> value, bool dropQuotes)
    {
        Span<char> text = stackalloc char[MaxCharacters];
        var length = 0;
        for (var i = 0; i < value.Length && length < MaxCharacters; i++)
        {
            var octet = value[i];
            if (octet is (byte)'\r' or (byte)'\n' || (dropQuotes && octet == '"'))
            {
                continue;
            }

            if (dropQuotes && octet == '\\' && i + 1 < value.Length)
            {
                octet = value[++i];
            }

            text[length++] = octet is < 0x20 or >= 0x7F ? ' ' : (char)octet;
        }

        return text[..length].Trim().ToString();
    }
}
