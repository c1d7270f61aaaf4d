using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ArchiveJobs.Core;

namespace ArchiveJobs.Jobs.Exporting;

/// <summary>Writes an mbox of the mboxrd kind: lines of '>'s and "From " get one '>' more, and nothing else is changed.</summary>
public sealed class MboxFile(Stream file) : IAsyncDisposable
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("/\\:*?\"<>|\0");

    private readonly BufferedStream _file = new(file, 1024 * 1024);

    /// <summary>&lt;directory&gt;/&lt;mailbox&gt;/&lt;folder path&gt;.mbox, each name made harmless for a file system.</summary>
    public static string PathOf(string directory, string mailbox, string folder)
    {
        var names = folder.Split('/').Select(Harmless).ToArray();
        return Path.Combine([directory, Harmless(mailbox), .. names[..^1], names[^1] + ".mbox"]);
    }

    /// <returns>Identity and length of the octets as they were archived.</returns>
    public async Task<(ContentId Id, long Length)> AppendAsync(Stream octets, DateTimeOffset? date, CancellationToken cancellationToken)
    {
        var separator = $"From MAILER-DAEMON {(date ?? DateTimeOffset.UnixEpoch).UtcDateTime.ToString("ddd MMM dd HH:mm:ss yyyy", CultureInfo.InvariantCulture)}\n";
        await _file.WriteAsync(Encoding.ASCII.GetBytes(separator), cancellationToken);

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        try
        {
            var length = await CopyAsync(octets, digest, buffer, cancellationToken);
            return (new ContentId(digest.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask DisposeAsync() => await _file.DisposeAsync();

    private async Task<long> CopyAsync(Stream octets, IncrementalHash digest, byte[] buffer, CancellationToken cancellationToken)
    {
        long length = 0;
        var quoting = new FromQuoting(_file);
        try
        {
            for (var read = await octets.ReadAsync(buffer, cancellationToken); read > 0; read = await octets.ReadAsync(buffer, cancellationToken))
            {
                digest.AppendData(buffer, 0, read);
                quoting.Write(buffer.AsSpan(0, read));
                length += read;
            }

            return length;
        }
        finally
        {
            // Also when a damaged message breaks off: the next one begins on a line of its own.
            quoting.End();
        }
    }

    private static string Harmless(string name)
    {
        var result = new string([.. name.Select(character => char.IsControl(character) || Forbidden.Contains(character) ? '_' : character)]);
        return result is "" or "." or ".." ? "_" + result : result;
    }

    /// <summary>Quotes line by line; a line's beginning that may still become "From " is held back.</summary>
    private sealed class FromQuoting(Stream file)
    {
        private static readonly byte[] Mark = "From "u8.ToArray();

        private bool _atLineStart = true;
        private long _quotes;
        private int _matched;
        private bool _endsLine = true;

        public void Write(ReadOnlySpan<byte> octets)
        {
            var i = 0;
            while (i < octets.Length)
            {
                if (_atLineStart)
                {
                    ReadLineStart(octets[i++]);
                    continue;
                }

                var end = octets[i..].IndexOf((byte)'\n');
                var length = end < 0 ? octets.Length - i : end + 1;
                file.Write(octets.Slice(i, length));
                i += length;
                _atLineStart = _endsLine = end >= 0;
            }
        }

        /// <summary>Ends the last line, and the message with an empty one.</summary>
        public void End()
        {
            if (_atLineStart && (_quotes > 0 || _matched > 0))
            {
                Release();
                _endsLine = false;
            }

            file.Write(_endsLine ? "\n"u8 : "\n\n"u8);
        }

        private void ReadLineStart(byte octet)
        {
            if (octet == '>' && _matched == 0)
            {
                _quotes++;
                return;
            }

            if (octet == Mark[_matched])
            {
                _matched++;
                if (_matched == Mark.Length)
                {
                    _quotes++;
                    Release();
                    _atLineStart = _endsLine = false;
                }

                return;
            }

            Release();
            file.WriteByte(octet);
            _atLineStart = _endsLine = octet == '\n';
        }

        private void Release()
        {
            for (; _quotes > 0; _quotes--)
            {
                file.WriteByte((byte)'>');
            }

            file.Write(Mark.AsSpan(0, _matched));
            _matched = 0;
        }
    }
}
