using System.Security.Cryptography;
using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Recipes;

/// <summary>Reads a stretch of a message in a seekable stream as the bytes of a blob, in windows of a few megabytes.</summary>
internal static class BlobStretch
{
    private const int WindowBytes = 3 << 20;

    public static RecipePart DescribeRaw(Stream stream, long offset, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var window in ReadWindows(stream, offset, length, WindowBytes))
        {
            hash.AppendData(window.Span);
        }

        return RecipePart.OfRaw(new ContentId(hash.GetHashAndReset()), length);
    }

    /// <summary>Null when the stretch is not canonical base64 from its start on. What is not base64 at its end is left out.</summary>
    public static RecipePart? TryDescribeBase64(Stream stream, long offset, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var decoded = new byte[WindowBytes + 8192];
        Base64Form? form = null;
        var window = WindowBytes;
        long consumedTotal = 0, decodedTotal = 0;
        var probe = new byte[(int)Math.Min(length, 8192)];
        stream.Position = offset;
        stream.ReadExactly(probe);
        if (Base64Form.TryDecode(probe, new byte[probe.Length], out var first, out _) == 0 && length <= probe.Length)
        {
            return null;
        }

        if (first.LineLength > 0)
        {
            // Whole lines a window, so that each is canonical by itself.
            var line = first.LineLength + (first.EndsWithCrLf ? 2 : 1);
            window = WindowBytes / line * line;
        }
        else if (length > WindowBytes)
        {
            return null;   // One line of megabytes: kept as it is.
        }

        foreach (var octets in ReadWindows(stream, offset, length, window))
        {
            var isLast = consumedTotal + octets.Length == length;
            var bytes = Base64Form.TryDecode(octets.Span, decoded, out var here, out var consumed);
            form ??= here;
            var isSame = here == form || (here.LineLength == 0 && isLast);
            if (bytes == 0 || !isSame)
            {
                break;
            }

            // A window in the middle leaves out only its own last line end.
            var lineEnd = form.Value.EndsWithCrLf ? 2 : 1;
            hash.AppendData(decoded, 0, bytes);
            decodedTotal += bytes;
            if (isLast || consumed != octets.Length - lineEnd)
            {
                consumedTotal += consumed;
                break;
            }

            consumedTotal += octets.Length;
        }

        if (form is not { } found || decodedTotal < MessageSplitter.SmallestBlob || found.EncodedLength(decodedTotal) > length)
        {
            return null;
        }

        return RecipePart.OfBase64(new ContentId(hash.GetHashAndReset()), found.EncodedLength(decodedTotal), decodedTotal, found);
    }

    /// <summary>The bytes of the part's blob in pieces of up to 4 MiB; adds to the hash the octets that the pieces give back.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadPieces(Stream stream, long offset, RecipePart part, IncrementalHash hash)
    {
        if (part.Form is not { } form)
        {
            foreach (var window in ReadWindows(stream, offset, part.Length, Writing.BatchFiller.PieceBytes))
            {
                hash.AppendData(window.Span);
                yield return window;
            }

            yield break;
        }

        var line = form.LineLength + (form.EndsWithCrLf ? 2 : 1);
        var windowBytes = form.LineLength == 0 ? (int)part.Length : WindowBytes / line * line;
        var decoded = new byte[windowBytes + 8];
        var encoded = new byte[windowBytes + 16];
        var isFirst = true;
        foreach (var octets in ReadWindows(stream, offset, part.Length, windowBytes))
        {
            var bytes = Base64Form.TryDecode(octets.Span, decoded, out _, out _);
            var length = form.Encode(decoded.AsSpan(0, bytes), isFirst, encoded);
            hash.AppendData(encoded, 0, length);
            isFirst = false;
            yield return decoded.AsMemory(0, bytes);
        }
    }

    /// <summary>The same buffer is used for every window.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> ReadWindows(Stream stream, long offset, long length, int window)
    {
        var buffer = new byte[(int)Math.Min(window, length)];
        for (long at = 0; at < length;)
        {
            var size = (int)Math.Min(buffer.Length, length - at);
            stream.Position = offset + at;
            stream.ReadExactly(buffer, 0, size);
            yield return buffer.AsMemory(0, size);
            at += size;
        }
    }
}
