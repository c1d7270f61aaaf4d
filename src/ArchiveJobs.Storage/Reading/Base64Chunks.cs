using ArchiveJobs.Storage.Recipes;

namespace ArchiveJobs.Storage.Reading;

/// <summary>Encodes a blob that comes in pieces; the pieces need not end at a line.</summary>
internal static class Base64Chunks
{
    private const int TargetBytes = 48 * 1024;

    /// <summary>The same buffer is used for every chunk.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Encode(Base64Form form, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        if (form.LineLength == 0)
        {
            yield return EncodeLine(form, pieces);
            yield break;
        }

        var stretch = Math.Max(1, TargetBytes / form.BytesPerLine) * form.BytesPerLine;
        var plain = new byte[stretch];
        var encoded = new byte[form.EncodedLength(stretch) + 16];
        var filled = 0;
        var isFirst = true;
        foreach (var piece in pieces)
        {
            for (var at = 0; at < piece.Length;)
            {
                var take = Math.Min(piece.Length - at, stretch - filled);
                piece.Slice(at, take).CopyTo(plain.AsMemory(filled));
                filled += take;
                at += take;
                if (filled == stretch)
                {
                    yield return encoded.AsMemory(0, form.Encode(plain, isFirst, encoded));
                    isFirst = false;
                    filled = 0;
                }
            }
        }

        if (filled > 0)
        {
            yield return encoded.AsMemory(0, form.Encode(plain.AsSpan(0, filled), isFirst, encoded));
        }
    }

    private static ReadOnlyMemory<byte> EncodeLine(Base64Form form, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var whole = pieces.SelectMany(piece => piece.ToArray()).ToArray();
        var encoded = new byte[form.EncodedLength(whole.Length) + 4];
        return encoded.AsMemory(0, form.Encode(whole, isFirst: true, encoded));
    }
}
