using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recipes;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Reading;

/// <summary>Puts messages together from their entries. Thread-safe but for the blob cache of <see cref="ReadStored"/>, which one reader at a time uses.</summary>
/// <param name="pin">Keeps the files of segments while a stream is open; null where the caller sees to that.</param>
internal sealed class MessageReader(StoreName store, CatalogReader catalog, EntryReader entries, Func<IDisposable>? pin)
{
    private const int InMemory = 16 << 20;

    /// <summary>The octets as a forward stream that checks the digest at its end; null when the message is not held.</summary>
    /// <exception cref="ArchiveException">An entry is missing or does not verify (StoreCorrupt).</exception>
    public Stream? Open(ContentId id)
    {
        var held = pin?.Invoke();
        Stream? stream = null;
        try
        {
            return stream = OpenPinned(id, held);
        }
        finally
        {
            if (stream is null)
            {
                held?.Dispose();
            }
        }
    }

    private ChunkStream? OpenPinned(ContentId id, IDisposable? held)
    {
        if (catalog.LocateMessage(id) is not { } located)
        {
            return null;
        }

        var location = located.Entry ?? throw Missing(id);
        return new ChunkStream(Verify(id, ReadChunks(id, ReadEntry(new EntryKey(EntryKind.Message, id, 0), location), blob => ReadPieces(id, blob))), located.Size, held);
    }

    /// <summary>Another process may have moved the entry and removed its file since the catalog was asked: then the catalog has another place.</summary>
    private ReadOnlyMemory<byte> ReadEntry(EntryKey key, EntryLocation location)
    {
        try
        {
            return entries.Read(key, location);
        }
        catch (ArchiveException e) when (e.Situation.Class == ErrorClass.StoreCorrupt && catalog.Locate(key) is { } now && now != location)
        {
            return entries.Read(key, now);
        }
    }

    /// <summary>A message for those who read many: in memory up to 16 MiB, with blobs from the cache.</summary>
    /// <param name="buffer">Used again for the next message.</param>
    public StoredMessage ReadStored(ContentId id, long size, EntryLocation location, BlobCache blobs, ref byte[] buffer)
    {
        if (size > InMemory)
        {
            return new StoredMessage(id, size, null, () => Open(id) ?? throw Missing(id));
        }

        if (buffer.Length < size)
        {
            buffer = new byte[(int)Math.Max(size, Math.Min(InMemory, buffer.Length * 2L))];
        }

        var at = 0;
        var entry = ReadEntry(new EntryKey(EntryKind.Message, id, 0), location);
        foreach (var chunk in ReadChunks(id, entry, blob => [blobs.Find(blob, () => ReadWhole(id, blob))]))
        {
            chunk.CopyTo(buffer.AsMemory(at));
            at += chunk.Length;
        }

        var octets = new ReadOnlyMemory<byte>(buffer, 0, at);
        return ContentId.Of(octets.Span) == id
            ? new StoredMessage(id, size, octets, () => new MemoryStream(octets.ToArray(), writable: false))
            : throw Differs(id);
    }

    /// <summary>The chunks of a message whose entry is at hand.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> ReadChunks(ContentId id, ReadOnlyMemory<byte> entry, Func<ContentId, IEnumerable<ReadOnlyMemory<byte>>> readBlob)
    {
        var (recipe, at) = Split(id, entry);
        foreach (var part in recipe.Parts)
        {
            if (!part.IsBlob)
            {
                yield return entry.Slice(at, (int)part.Length);
                at += (int)part.Length;
                continue;
            }

            var chunks = readBlob(part.Blob);
            foreach (var chunk in part.Form is { } form ? Base64Chunks.Encode(form, chunks) : chunks)
            {
                yield return chunk;
            }
        }
    }

    private (Recipe Recipe, int Skeleton) Split(ContentId id, ReadOnlyMemory<byte> entry)
    {
        try
        {
            var from = new ByteReader(entry.Span);
            var recipe = Recipe.Read(ref from);
            return from.Left == recipe.Parts.Sum(part => part.IsBlob ? 0 : part.Length)
                ? (recipe, entry.Length - from.Left)
                : throw Differs(id);
        }
        catch (InvalidDataException)
        {
            throw Differs(id);
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> ReadPieces(ContentId message, ContentId blob)
    {
        var located = catalog.LocateBlob(blob);
        if (located.Pieces.Count == 0)
        {
            throw Missing(message);
        }

        for (var i = 0; i < located.Pieces.Count; i++)
        {
            var (piece, location) = located.Pieces[i];
            yield return piece == i ? ReadEntry(new EntryKey(EntryKind.Blob, blob, piece), location) : throw Missing(message);
        }
    }

    private ReadOnlyMemory<byte> ReadWhole(ContentId message, ContentId blob)
    {
        var pieces = ReadPieces(message, blob).ToList();
        if (pieces.Count == 1)
        {
            return pieces[0].ToArray();   // A copy: the block it lies in may leave the cache.
        }

        var whole = new byte[pieces.Sum(piece => piece.Length)];
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(whole.AsMemory(at));
            at += piece.Length;
        }

        return whole;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Verify(ContentId id, IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        foreach (var chunk in chunks)
        {
            hash.AppendData(chunk.Span);
            yield return chunk;
        }

        if (new ContentId(hash.GetHashAndReset()) != id)
        {
            throw Differs(id);
        }
    }

    private ArchiveException Missing(ContentId id) => StoreFailure.Damaged(store, $"message {id}", 0, "an entry of it lies in no segment");

    private ArchiveException Differs(ContentId id) => StoreFailure.Damaged(store, $"message {id}", 0, "what is put together from its entries is not the message");
}
