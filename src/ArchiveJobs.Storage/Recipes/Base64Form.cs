using System.Buffers;
using System.Buffers.Text;

namespace ArchiveJobs.Storage.Recipes;

/// <summary>How a base64 text is laid out: enough to make the same octets again from the decoded bytes (RFC 2045 section 6.8).</summary>
/// <param name="LineLength">Characters a line, a multiple of 4; 0 when there is only one line.</param>
/// <param name="EndsWithCrLf">Lines end with CRLF, else with LF.</param>
internal readonly record struct Base64Form(int LineLength, bool EndsWithCrLf)
{
    private const int LongestLine = 4096;

    private int EndLength => EndsWithCrLf ? 2 : 1;

    /// <summary>
    /// Decodes the longest canonical base64 text at the start of <paramref name="encoded"/>: lines of equal length, the last one shorter or equal, no other octet.
    /// Encoding the result in the same form gives exactly the first <paramref name="consumed"/> octets; what follows is the caller's to keep.
    /// </summary>
    /// <param name="decoded">Receives the bytes; as long as <paramref name="encoded"/> or longer.</param>
    /// <returns>Bytes decoded, 0 when the text is not canonical.</returns>
    public static int TryDecode(ReadOnlySpan<byte> encoded, Span<byte> decoded, out Base64Form form, out int consumed)
    {
        form = Detect(encoded);
        consumed = 0;
        var text = decoded[..encoded.Length];
        var length = form.Strip(encoded, text, out var end);
        if (length == 0 || length % 4 != 0)
        {
            return 0;
        }

        // The stripped text is decoded in place; encoding it again must give it back, otherwise unused bits or odd padding would be lost.
        var original = ArrayPool<byte>.Shared.Rent(length);
        var again = ArrayPool<byte>.Shared.Rent(length + 4);
        try
        {
            text[..length].CopyTo(original);
            if (Base64.DecodeFromUtf8InPlace(text[..length], out var written) != OperationStatus.Done || written == 0)
            {
                return 0;
            }

            if (Base64.EncodeToUtf8(text[..written], again, out _, out var encodedLength) != OperationStatus.Done
                || encodedLength != length
                || !again.AsSpan(0, length).SequenceEqual(original.AsSpan(0, length)))
            {
                return 0;
            }

            consumed = end;
            return written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(original);
            ArrayPool<byte>.Shared.Return(again);
        }
    }

    /// <summary>Octets of the text that <see cref="Encode"/> makes from this many bytes.</summary>
    public long EncodedLength(long bytes)
    {
        var characters = (bytes + 2) / 3 * 4;
        return LineLength == 0 || characters == 0 ? characters : characters + ((characters - 1) / LineLength * EndLength);
    }

    /// <summary>Bytes of decoded content after which a new line begins; pieces cut here are encoded one by one with the same result.</summary>
    public int BytesPerLine => LineLength / 4 * 3;

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

    /// <summary>Copies whole lines without their ends, up to the first line that is shorter or ends otherwise.</summary>
    private int Strip(ReadOnlySpan<byte> encoded, Span<byte> text, out int consumed)
    {
        if (LineLength == 0)
        {
            consumed = LengthOfBase64(encoded);
            encoded[..consumed].CopyTo(text);
            return consumed;
        }

        int at = 0, length = 0;
        consumed = 0;
        while (at < encoded.Length)
        {
            var line = encoded.Slice(at, Math.Min(LineLength, encoded.Length - at));
            if (line.Length == LineLength && IsLineEnd(encoded, at + LineLength))
            {
                line.CopyTo(text[length..]);
                length += LineLength;
                at += LineLength + EndLength;
                consumed = at - EndLength;
                continue;
            }

            // The last line: shorter, or as long but without an end.
            var rest = LengthOfBase64(line);
            if (rest > 0)
            {
                line[..rest].CopyTo(text[length..]);
                length += rest;
                consumed = at + rest;
            }

            break;
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
