namespace ArchiveJobs.Mail.Pop3;

/// <summary>Reads lines of a POP3 server. Messages are passed on in pieces, so that no message and no endless line is ever whole in memory.</summary>
internal sealed class Pop3LineReader(Stream stream)
{
    private const int BufferBytes = 65536;
    private const int LongestAnswer = 8192; // RFC 2449 allows 512 octets; some servers are chattier.

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private int _start;
    private int _end;

    /// <summary>Octets that came and were not read yet.</summary>
    public int Buffered => _end - _start;

    /// <summary>One line without its line end.</summary>
    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    public async Task<byte[]> ReadLineAsync(CancellationToken cancellationToken)
    {
        byte[] line = [];
        while (true)
        {
            var length = _buffer.AsSpan(_start, Buffered).IndexOf((byte)'\n');
            var part = _buffer.AsSpan(_start, length < 0 ? Buffered : length + 1);
            line = [.. line, .. part];
            _start += part.Length;
            if (length >= 0)
            {
                return line.AsSpan().TrimEnd("\r\n"u8).ToArray();
            }

            if (line.Length > LongestAnswer)
            {
                throw new Net.MailServerException("The server sends a line without end.");
            }

            await FillAsync(cancellationToken);
        }
    }

    /// <summary>
    /// The lines of a multi-line answer up to the single dot, exactly as sent but for the dot that is stuffed in front of a line's own (RFC 1939 section 3).
    /// </summary>
    /// <param name="take">Called with pieces of any size, in order.</param>
    public async Task ReadMessageAsync(Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken)
    {
        var atLineStart = true;
        while (true)
        {
            // A dot at the start of a line can be judged only with the three octets that may end the message.
            while (Buffered == 0 || (atLineStart && _buffer[_start] == '.' && Buffered < 3 && !HasLineEnd()))
            {
                await FillAsync(cancellationToken);
            }

            if (TakePieces(take, ref atLineStart))
            {
                return;
            }
        }
    }

    // True at the end of the message. Whole runs of lines without a leading dot are passed on in one piece.
    private bool TakePieces(Action<ReadOnlySpan<byte>> take, ref bool atLineStart)
    {
        if (atLineStart && _buffer[_start] == '.')
        {
            var line = _buffer.AsSpan(_start, Buffered);
            if (line.StartsWith(".\r\n"u8) || line.StartsWith(".\n"u8))
            {
                _start += line[1] == '\n' ? 2 : 3;
                return true;
            }

            _start++;
            atLineStart = false;
            return false;
        }

        var rest = _buffer.AsSpan(_start, Buffered);
        var dot = rest.IndexOf("\n."u8);
        var piece = dot < 0 ? rest : rest[..(dot + 1)];
        take(piece);
        _start += piece.Length;
        atLineStart = piece[^1] == '\n';
        return false;
    }

    private bool HasLineEnd() => _buffer.AsSpan(_start, Buffered).Contains((byte)'\n');

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, Buffered).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (count == 0)
        {
            throw new EndOfStreamException("The server closed the connection.");
        }

        _end += count;
    }
}
