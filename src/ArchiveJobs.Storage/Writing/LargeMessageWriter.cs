using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recipes;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Writing;

/// <param name="Blobs">In order of their first use.</param>
internal sealed record StoredLarge(long Size, bool IsRaw, IReadOnlyList<ContentId> Blobs, MessageEnvelope Envelope);

/// <summary>
/// Stores a message that lies in a spill file, in pieces, with bounded memory: a first reading finds the parts and their digests, a second writes the pieces.
/// The octets that reading will give are hashed as they are written; if they are not the message, it is stored whole and the pieces are dead bytes.
/// </summary>
internal sealed class LargeMessageWriter(IMessageStructure structure, Func<ContentId, Batch, bool> isBlobHeld)
{
    private const int EnvelopeBytes = 1 << 20;
    private const int LargestLiteral = 64 * 1024;

    public StoredLarge Write(ArchiveRequest request, Batch batch, Action<BlockBuilder> append)
    {
        var message = request.Message;
        var envelope = ReadEnvelope(message.Buffer);
        var recipe = Describe(message.Buffer);
        var isRaw = false;
        if (!TryStore(request, recipe, batch, append))
        {
            recipe = new Recipe(message.Size, [RecipePart.OfRaw(message.Id, message.Size)]);
            isRaw = true;
            if (!TryStore(request, recipe, batch, append))
            {
                throw new IOException("The spill file of a large message changed while it was read.");
            }
        }

        return new StoredLarge(message.Size, isRaw, recipe.Blobs, envelope);
    }

    private MessageEnvelope ReadEnvelope(MessageBuffer buffer)
    {
        var head = new byte[Math.Min(buffer.Length, EnvelopeBytes)];
        using var stream = buffer.OpenRead();
        stream.ReadExactly(head);
        return structure.ReadEnvelope(head);
    }

    private Recipe Describe(MessageBuffer buffer)
    {
        var leaves = new List<LeafPart>();
        using (var whole = buffer.OpenRead())
        {
            structure.FindLeaves(whole, leaves);
        }

        using var stream = buffer.OpenRead();
        var parts = new List<RecipePart>();
        long at = 0;
        foreach (var leaf in leaves.Where(leaf => leaf.Length >= MessageSplitter.SmallestBlob))
        {
            if (leaf.Offset < at || leaf.Offset + leaf.Length > buffer.Length)
            {
                continue;
            }

            AddLiteral(parts, stream, at, leaf.Offset);
            var part = leaf.IsBase64 ? BlobStretch.TryDescribeBase64(stream, leaf.Offset, leaf.Length) : null;
            parts.Add(part ?? BlobStretch.DescribeRaw(stream, leaf.Offset, leaf.Length));
            at = leaf.Offset + parts[^1].Length;
        }

        AddLiteral(parts, stream, at, buffer.Length);
        return new Recipe(buffer.Length, parts);
    }

    /// <summary>Writes the blobs that are not held and the message's entry.</summary>
    /// <returns>Whether what reading will give is the message.</returns>
    private bool TryStore(ArchiveRequest request, Recipe recipe, Batch batch, Action<BlockBuilder> append)
    {
        var block = new BlockBuilder();
        var skeleton = new ByteWriter();
        using var stream = request.Message.Buffer.OpenRead();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long at = 0;
        foreach (var part in recipe.Parts)
        {
            if (part.IsBlob)
            {
                StoreBlob(stream, at, part, batch, block, append, hash);
            }
            else
            {
                var literal = new byte[part.Length];
                stream.Position = at;
                stream.ReadExactly(literal);
                skeleton.Bytes(literal);
                hash.AppendData(literal);
            }

            at += part.Length;
        }

        if (new ContentId(hash.GetHashAndReset()) != request.Message.Id)
        {
            return false;
        }

        var entry = new ByteWriter();
        recipe.Write(entry);
        entry.Bytes(skeleton.Written);
        block.Add(new EntryKey(EntryKind.Message, request.Message.Id, 0), new EntryEnvelope(request.Folder.Folder, request.Item.InternalDate), entry.Written);
        append(block);
        return true;
    }

    private void StoreBlob(Stream stream, long at, RecipePart part, Batch batch, BlockBuilder block, Action<BlockBuilder> append, IncrementalHash hash)
    {
        // A blob stored by an earlier try of this very batch lies in an abandoned segment: only what is held elsewhere needs no pieces.
        var isHeld = isBlobHeld(part.Blob, batch);
        uint piece = 0;
        foreach (var bytes in BlobStretch.ReadPieces(stream, at, part, hash))
        {
            if (!isHeld)
            {
                block.Add(new EntryKey(EntryKind.Blob, part.Blob, piece), EntryEnvelope.None, bytes.Span);
                append(block);
                block.Clear();
            }

            piece++;
        }
    }

    private static void AddLiteral(List<RecipePart> parts, Stream stream, long from, long to)
    {
        if (to > from)
        {
            parts.Add(to - from > LargestLiteral ? BlobStretch.DescribeRaw(stream, from, to - from) : RecipePart.OfLiteral(to - from));
        }
    }
}
