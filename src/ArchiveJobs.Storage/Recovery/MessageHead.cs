using ArchiveJobs.Core;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recipes;

namespace ArchiveJobs.Storage.Recovery;

/// <summary>The first octets of a message, from its entry: its header and what else lies in front of the first blob.</summary>
/// <param name="Octets">At most <see cref="MaxOctets"/>. Empty when the message begins with a blob.</param>
/// <param name="FirstBlob">The blob the message begins with; null when it begins with octets of its own.</param>
internal sealed record MessageHead(byte[] Octets, ContentId? FirstBlob)
{
    /// <summary>As much of a header as anybody looks at (Core's IMessageStructure).</summary>
    public const int MaxOctets = 1 << 20;

    /// <exception cref="InvalidDataException">Not a message entry.</exception>
    public static MessageHead Read(ReadOnlySpan<byte> entry)
    {
        var from = new ByteReader(entry);
        var recipe = Recipe.Read(ref from);
        if (recipe.Parts.Count > 0 && recipe.Parts[0].IsBlob)
        {
            return new MessageHead([], recipe.Parts[0].Blob);
        }

        long own = 0;
        foreach (var part in recipe.Parts.TakeWhile(part => !part.IsBlob))
        {
            own += part.Length;
        }

        return own <= from.Left ? new MessageHead(from.Bytes((int)Math.Min(own, MaxOctets)).ToArray(), null) : throw new InvalidDataException("The skeleton of a message is cut short.");
    }
}
