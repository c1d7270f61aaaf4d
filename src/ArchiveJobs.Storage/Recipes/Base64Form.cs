using System.Buffers;
using System.Buffers.Text;

namespace ArchiveJobs.Storage.Recipes;

/// <summary>How a base64 text is laid out: enough to make the same octets again from the decoded bytes (RFC 2045 section 6.8).</summary>
/// <param name="LineLength">Characters a line, a multiple of 4; 0 when there is only one line.</param>
/// <param name="EndsWithCrLf">Lines end with CRLF, else with LF.</param>
internal readonly record struct Base64Form(int LineLength, bool EndsWithCrLf)
{
    private const int LongestLine = 4096;

    // Octets worked on at a time, on the stack; a multiple of 4 and longer than the longest line.
    private const int Window = 2 * LongestLine;

    private int EndLength => EndsWithCrLf ? 2 : 1;

    /// <summary>
    /// Decodes the longest canonical base64 text at the start of <paramref name="encoded"/>: lines of equal length, the last one shorter or equal, no other octet.
    /// Encoding the result in the same form gives the first <paramref name="consumed"/> octets; what follows is the caller's to keep.
    /// </summary>
    /// <param name="decoded">Receives the bytes; <see cref="DecodedLength"/> or longer.</param>
    /// <returns>Bytes decoded, 0 when the text is not canonical.</returns>
    public static int TryDecode(ReadOnlySpan<byte> encoded, Span<byte> decoded, out Base64Form form, out int consumed)
    {
        form = Detect(encoded);
        consumed = 0;
        Span<byte> text = stackalloc byte[Window];
        int at = 0, end = 0, written = 0;
        var isPadded = false;
        for (var isLast = false; !isLast;)
        {
            var length = form.Strip(encoded, text, ref at, ref end, out isLast);
            if (length == 0)
            {
                continue;
            }

            if (isPadded || !TryDecodeExactly(text[..length], decoded[written..], out var bytes))
            {
                return 0;
            }

            isPadded = bytes < length / 4 * 3;
            written += bytes;
        }

        consumed = written == 0 ? 0 : end;
        return written;
    }

    /// <summary>Room for what <see cref="TryDecode"/> makes of this many octets.</summary>
    public static int DecodedLength(int encoded) => (encoded / 4 * 3) + 3;

    /// <summary>
    /// The decoder refuses unused bits that are set, but passes over spaces: every four characters must have given three bytes, or fewer by the padding at the end.
    /// Encoding again to compare is left to those who store (<see cref="Gives"/>).
    /// </summary>
    private static bool TryDecodeExactly(ReadOnlySpan<byte> text, Span<byte> decoded, out int written)
    {
        written = 0;
        var padding = text is [.., (byte)'=', (byte)'='] ? 2 : text is [.., (byte)'='] ? 1 : 0;
        return text.Length % 4 == 0
            && Base64.DecodeFromUtf8(text, decoded, out _, out written) == OperationStatus.Done
            && written > 0
            && written == (text.Length / 4 * 3) - padding;
    }

    /// <summary>Octets of the text that <see cref="Encode"/> makes from this many bytes.</summary>
    public long EncodedLength(long bytes)
    {
        var characters = (bytes + 2) / 3 * 4;
        return LineLength == 0 || characters == 0 ? characters : characters + ((characters - 1) / LineLength * EndLength);
    }

    /// <summary>Bytes of decoded content after which a new line begins; pieces cut here are encoded one by one with the same result.</summary>
    public int BytesPerLine => LineLength / 4 * 3;

    /// <summary>Whether <see cref="Encode"/> makes exactly these octets of all of the content.</summary>
    public bool Gives(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> octets)
    {
        if (EncodedLength(bytes.Length) != octets.Length)
        {
            return false;
        }

        Span<byte> window = stackalloc byte[Window];
        var step = LineLength == 0 ? Window / 4 * 3 : Window / (LineLength + 2) * BytesPerLine;
        var at = 0;
        for (var from = 0; from < bytes.Length; from += step)
        {
            var length = Encode(bytes.Slice(from, Math.Min(step, bytes.Length - from)), isFirst: from == 0, window);
            if (!window[..length].SequenceEqual(octets.Slice(at, length)))
            {
                return false;
            }

            at += length;
        }

        return at == octets.Length;
    }

    /// <summary>Encodes a stretch of the content. <paramref name="isFirst"/> is false when lines stand before it: then a line end is written first.</summary>
    /// <param name="bytes">All of the content, or a stretch that begins at a line and ends at one, or at the end of the content.</param>
    /// <returns>Octets written.</returns>
    public int Encode(ReadOnlySpan<byte> bytes, bool isFirst, Span<byte> destination)
    {
        if (LineLength == 0)
        {
            Base64.EncodeToUtf8(bytes, destination, out _, out var whole);
            return whole;
        }

        var at = 0;
        for (var from = 0; from < bytes.Length; from += BytesPerLine)
        {
            if (!isFirst || from > 0)
            {
                if (EndsWithCrLf)
                {
                    destination[at++] = (byte)'\r';
                }

                destination[at++] = (byte)'\n';
            }

            Base64.EncodeToUtf8(bytes.Slice(from, Math.Min(BytesPerLine, bytes.Length - from)), destination[at..], out _, out var written);
            at += written;
        }

        return at;
    }

    private static Base64Form Detect(ReadOnlySpan<byte> encoded)
    {
        var end = encoded[..Math.Min(encoded.Length, LongestLine)].IndexOf((byte)'\n');
        if (end <= 0)
        {
            return new Base64Form(0, false);
        }

        var hasReturn = encoded[end - 1] == (byte)'\r';
        var line = hasReturn ? end - 1 : end;
        return line % 4 == 0 && line > 0 ? new Base64Form(line, hasReturn) : new Base64Form(0, false);
    }

    /// <summary>Copies whole lines without their ends until the window is full, or up to the first line that is shorter or ends otherwise.</summary>
    /// <param name="at">Where to go on.</param>
    /// <param name="end">Behind the last character copied.</param>
    private int Strip(ReadOnlySpan<byte> encoded, Span<byte> text, ref int at, ref int end, out bool isLast)
    {
        var length = 0;
        while (LineLength > 0 && at + LineLength <= encoded.Length && IsLineEnd(encoded, at + LineLength))
        {
            if (length + LineLength > text.Length)
            {
                isLast = false;
                return length;
            }

            encoded.Slice(at, LineLength).CopyTo(text[length..]);
            length += LineLength;
            end = at + LineLength;
            at = end + EndLength;
        }

        // The last line: shorter, or as long but without an end; without lines, all of it.
        var most = LineLength > 0 ? LineLength : text.Length;
        isLast = true;
        if (length + most > text.Length)
        {
            isLast = false;
            return length;
        }

        var rest = LengthOfBase64(encoded.Slice(at, Math.Min(most, encoded.Length - at)));
        if (rest > 0)
        {
            encoded.Slice(at, rest).CopyTo(text[length..]);
            length += rest;
            at += rest;
            end = at;
            isLast = LineLength > 0 || rest < most;
        }

        return length;
    }

    private bool IsLineEnd(ReadOnlySpan<byte> encoded, int at) => EndsWithCrLf
        ? at + 1 < encoded.Length && encoded[at] == (byte)'\r' && encoded[at + 1] == (byte)'\n'
        : at < encoded.Length && encoded[at] == (byte)'\n';

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    private static int LengthOfBase64(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(Alphabet);
        return end < 0 ? text.Length : end;
    }
}
