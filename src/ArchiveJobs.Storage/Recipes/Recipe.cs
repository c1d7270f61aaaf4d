using ArchiveJobs.Core;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Recipes;

/// <summary>How a message is put together: literal octets of its skeleton, and blobs in between; docs/formats/segment.md, "Message entry".</summary>
/// <param name="Size">Octets of the message.</param>
internal sealed record Recipe(long Size, IReadOnlyList<RecipePart> Parts)
{
    private const byte Format = 0;
    private const byte Literal = 0, RawBlob = 1, Base64Blob = 2;

    /// <summary>The distinct blobs in order of their first use.</summary>
    public IReadOnlyList<ContentId> Blobs => [.. Parts.Where(part => part.IsBlob).Select(part => part.Blob).Distinct()];

    public void Write(ByteWriter to)
    {
        to.Byte(Format);
        to.Varint((ulong)Size);
        to.Varint((ulong)Parts.Count);
        foreach (var part in Parts)
        {
            to.Byte(!part.IsBlob ? Literal : part.Form is null ? RawBlob : Base64Blob);
            to.Varint((ulong)part.Length);
            if (!part.IsBlob)
            {
                continue;
            }

            to.Id(part.Blob);
            if (part.Form is { } form)
            {
                to.Varint((ulong)part.BlobLength);
                to.Varint((ulong)form.LineLength);
                to.Byte(form.EndsWithCrLf ? (byte)1 : (byte)0);
            }
        }
    }

    /// <summary>Reads a recipe; the skeleton is what follows it.</summary>
    /// <exception cref="InvalidDataException">Not a recipe of this format.</exception>
    public static Recipe Read(ref ByteReader from)
    {
        if (from.Byte() != Format)
        {
            throw new InvalidDataException("A message entry of another format.");
        }

        var size = (long)from.Varint();
        var parts = new RecipePart[from.Count(2)];
        for (var i = 0; i < parts.Length; i++)
        {
            var kind = from.Byte();
            var length = (long)from.Varint();
            parts[i] = kind switch
            {
                Literal => RecipePart.OfLiteral(length),
                RawBlob => RecipePart.OfRaw(from.Id(), length),
                Base64Blob => RecipePart.OfBase64(from.Id(), length, (long)from.Varint(), ReadForm(ref from)),
                _ => throw new InvalidDataException("A part of an unknown kind."),
            };
        }

        return parts.Sum(part => part.Length) == size ? new Recipe(size, parts) : throw new InvalidDataException("The parts do not make up the message.");
    }

    private static Base64Form ReadForm(ref ByteReader from)
    {
        var line = from.Varint();
        if (line > 1 << 20 || line % 4 != 0)
        {
            throw new InvalidDataException("An impossible line length.");
        }

        return new Base64Form((int)line, from.Byte() == 1);
    }
}

/// <param name="Length">Octets in the message.</param>
/// <param name="BlobLength">Bytes of the blob.</param>
/// <param name="Form">How the blob is encoded; null when its bytes stand in the message as they are.</param>
internal readonly record struct RecipePart(bool IsBlob, long Length, ContentId Blob, long BlobLength, Base64Form? Form)
{
    public static RecipePart OfLiteral(long length) => new(false, length, default, 0, null);

    public static RecipePart OfRaw(ContentId blob, long length) => new(true, length, blob, length, null);

    public static RecipePart OfBase64(ContentId blob, long length, long blobLength, Base64Form form) => new(true, length, blob, blobLength, form);
}
