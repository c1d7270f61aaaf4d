using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Storage.Recipes;

/// <summary>
/// Splits a message in memory into literal octets and blobs, and proves that putting it together again gives the same octets;
/// if it does not, the message stays whole. Thread-safe.
/// </summary>
internal sealed class MessageSplitter(IMessageStructure structure)
{
    /// <summary>Leaf parts of this size and more become blobs. Measured: 1 KiB makes the store 4 % smaller than 4 KiB at the same speed.</summary>
    public const int SmallestBlob = 1024;

    // A stretch between leaves that is longer than this is stored like a leaf, so that a message entry stays small.
    private const int LargestLiteral = 256 * 1024;
    private const int LargestSkeleton = 4 << 20;

    public void Split(PreparedMessage message)
    {
        var octets = message.Buffer.Memory;
        message.Envelope = structure.ReadEnvelope(octets.Span);
        var leaves = new List<LeafPart>();
        structure.FindLeaves(octets.Span, leaves);
        message.Recipe = Describe(message, octets, leaves);
        message.IsRaw = false;
        if (!GivesBack(message, octets.Span) || message.Recipe.Parts.Sum(part => part.IsBlob ? 0 : part.Length) > LargestSkeleton)
        {
            KeepWhole(message);
        }
    }

    /// <summary>Stores the octets as they are: always right.</summary>
    public static void KeepWhole(PreparedMessage message)
    {
        message.DropBlobs();
        var parts = new List<RecipePart>();
        AddLiteral(message, parts, message.Buffer.Memory, 0, (int)message.Size);
        message.Recipe = new Recipe(message.Size, parts);
        message.IsRaw = true;
    }

    private static Recipe Describe(PreparedMessage message, ReadOnlyMemory<byte> octets, List<LeafPart> leaves)
    {
        var parts = new List<RecipePart>();
        var literalFrom = 0;
        foreach (var leaf in leaves)
        {
            if (leaf.Length < SmallestBlob || leaf.Offset < literalFrom || leaf.Offset + leaf.Length > octets.Length)
            {
                continue;
            }

            var content = octets.Slice((int)leaf.Offset, (int)leaf.Length);
            var blob = leaf.IsBase64 ? Decode(message, content) : null;
            blob ??= Keep(message, content);
            AddLiteral(message, parts, octets, literalFrom, (int)leaf.Offset);
            parts.Add(blob.Value);
            literalFrom = (int)(leaf.Offset + blob.Value.Length);
        }

        AddLiteral(message, parts, octets, literalFrom, octets.Length);
        return new Recipe(octets.Length, parts);
    }

    private static RecipePart? Decode(PreparedMessage message, ReadOnlyMemory<byte> content)
    {
        var decoded = message.Rent(Base64Form.DecodedLength(content.Length));
        var length = Base64Form.TryDecode(content.Span, decoded, out var form, out var consumed);
        if (length < SmallestBlob / 2)
        {
            message.ReturnLast();
            return null;
        }

        var bytes = decoded.AsMemory(0, length);
        var id = ContentId.Of(bytes.Span);
        AddBlob(message, id, bytes);
        return RecipePart.OfBase64(id, consumed, length, form);
    }

    private static RecipePart Keep(PreparedMessage message, ReadOnlyMemory<byte> content)
    {
        var id = ContentId.Of(content.Span);
        AddBlob(message, id, content);
        return RecipePart.OfRaw(id, content.Length);
    }

    private static void AddBlob(PreparedMessage message, ContentId id, ReadOnlyMemory<byte> bytes)
    {
        if (!message.Blobs.Exists(blob => blob.Key == id))
        {
            message.Blobs.Add(new(id, bytes));
        }
    }

    private static void AddLiteral(PreparedMessage message, List<RecipePart> parts, ReadOnlyMemory<byte> octets, int from, int to)
    {
        if (to > from)
        {
            parts.Add(to - from > LargestLiteral ? Keep(message, octets[from..to]) : RecipePart.OfLiteral(to - from));
        }
    }

    /// <summary>Puts the message together by the way that reading does, and compares.</summary>
    private static bool GivesBack(PreparedMessage message, ReadOnlySpan<byte> octets)
    {
        var at = 0;
        foreach (var part in message.Recipe!.Parts)
        {
            var expected = octets.Slice(at, (int)part.Length);
            at += (int)part.Length;
            if (!part.IsBlob)
            {
                continue;
            }

            var bytes = message.Blobs.Find(blob => blob.Key == part.Blob).Value.Span;
            if (part.Form is not { } form ? !expected.SequenceEqual(bytes) : !form.Gives(bytes, expected))
            {
                return false;
            }
        }

        return at == octets.Length;
    }
}
