using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Catalog.Tables;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recipes;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Writing;

/// <summary>Turns requests into facts and entries of a batch. Runs on the writer's loop; knows what is held by the catalog and by commits not yet applied to it.</summary>
internal sealed class BatchFiller(ICatalogWriter catalog, MessageSplitter splitter)
{
    /// <summary>Pieces of a blob are cut at this many bytes.</summary>
    public const int PieceBytes = 4 << 20;

    private const int MaxSpareBlocks = 16;

    private readonly Stack<BlockBuilder> _spareBlocks = new();
    private readonly HashSet<ContentId> _messages = [];
    private readonly HashSet<ContentId> _blobs = [];
    private readonly ByteWriter _entry = new();

    public void Add(WriterRequest request, Batch batch)
    {
        switch (request)
        {
            case ArchiveRequest archive:
                Place(archive, batch, Store);
                break;
            case RecordRequest record:
                batch.Count(record.Owner, batch.DeclareFolder(record.Folder.Folder, record.Folder.UidValidity), record.Outcome, record.Uids);
                break;
            case RenumberRequest renumber:
                Renumber(renumber, batch);
                break;
            case FolderFactRequest fact:
                batch.Add(fact.Make(batch.DeclareFolder(fact.Folder, fact.UidValidity)));
                break;
            case FactsRequest facts:
                foreach (var fact in facts.Facts)
                {
                    batch.Add(fact);
                }

                break;
        }
    }

    /// <summary>The same for a message in a spill file; its blocks are made by the appender.</summary>
    public void AddLarge(ArchiveRequest request, Batch batch) => Place(request, batch, (large, to) =>
    {
        to.Large = large;
        to.Messages.Add(large.Message.Id);
    });

    public bool IsBlobHeld(ContentId blob, Batch batch) =>
        batch.Blobs.Contains(blob) || _blobs.Contains(blob) || catalog.Locate(new EntryKey(EntryKind.Blob, blob, 0)) is not null;

    /// <summary>The batch is durable, the catalog does not know it yet. Its blocks are used again: each holds large arrays, which would be garbage of the dearest kind.</summary>
    public void KeepUntilApplied(Batch batch)
    {
        foreach (var block in batch.Blocks.Where(block => block.Length <= BlockBuilder.TargetBytes && _spareBlocks.Count < MaxSpareBlocks))
        {
            block.Clear();
            _spareBlocks.Push(block);
        }

        batch.Blocks.Clear();
        _messages.UnionWith(batch.Messages);
        _blobs.UnionWith(batch.Blobs);
    }

    /// <summary>Lets blocks go that wait to be used again.</summary>
    public void Trim() => _spareBlocks.Clear();

    public void ForgetApplied()
    {
        _messages.Clear();
        _blobs.Clear();
    }

    private void Place(ArchiveRequest request, Batch batch, Action<ArchiveRequest, Batch> store)
    {
        var (folder, item, message) = (request.Folder, request.Item, request.Message);
        batch.Hold(message, message.Size);
        var number = batch.DeclareFolder(folder.Folder, folder.UidValidity);
        var uids = new UidSet([item.Uid]);
        if (folder.Placed.Contains(item.Uid))
        {
            batch.Count(request.Owner, number, ItemOutcome.AlreadyHeld, uids);
            return;
        }

        var isHeld = batch.Messages.Contains(message.Id) || _messages.Contains(message.Id);
        var state = isHeld ? MessageState.Held : catalog.StateOf(message.Id);
        if (state == MessageState.Deleted)
        {
            batch.Count(request.Owner, number, ItemOutcome.Filtered, uids);
            return;
        }

        // Stated, but its entry is not in the store: one that was lost is stored again.
        isHeld = isHeld || (state == MessageState.Held && catalog.Locate(new EntryKey(EntryKind.Message, message.Id, 0)) is not null);
        if (!isHeld)
        {
            store(request, batch);
        }

        batch.Add((Fact?)Move(request, batch, number) ?? new PlacementFact(number, item.Uid, message.Id, item.Flags, item.InternalDate));
        folder.Placed.Add(item.Uid);
        batch.Count(
            request.Owner, number, request.IsQuarantined ? ItemOutcome.Quarantined : ItemOutcome.Archived, uids,
            isHeld ? 0 : 1, isHeld ? 0 : message.Size);
    }

    private MoveFact? Move(ArchiveRequest request, Batch batch, int number)
    {
        if (!request.Owner.HasGone)
        {
            return null;
        }

        var folder = request.Folder.Folder;
        foreach (var former in catalog.FindPlacements(request.Message.Id, folder.Account, folder.Mailbox))
        {
            if (request.Owner.TakeGone(former))
            {
                return new MoveFact(
                    batch.DeclareFolder(former.Folder, former.UidValidity), former.Uid, number, request.Item.Uid,
                    request.Message.Id, request.Item.Flags, request.Item.InternalDate);
            }
        }

        return null;
    }

    private void Renumber(RenumberRequest request, Batch batch)
    {
        var (folder, item) = (request.Folder, request.Item);
        var number = batch.DeclareFolder(folder.Folder, folder.UidValidity);
        if (folder.FormerUidValidity is { } former && catalog.FindPlacement(folder.Folder, former, request.FormerUid) == request.Content)
        {
            batch.Add(new RenumberFact(
                batch.DeclareFolder(folder.Folder, former), request.FormerUid, number, item.Uid, request.Content, item.Flags, item.InternalDate));
            folder.Placed.Add(item.Uid);
        }

        // A placement of another store keeps its number there; here the new number is done all the same.
        batch.Count(request.Owner, number, ItemOutcome.AlreadyHeld, new UidSet([item.Uid]));
    }

    private void Store(ArchiveRequest request, Batch batch)
    {
        var message = request.Message;
        if (message.Recipe is null)
        {
            splitter.Split(message);
        }

        foreach (var (id, bytes) in message.Blobs)
        {
            if (!IsBlobHeld(id, batch))
            {
                AddPieces(batch, id, bytes.Span);
                batch.Blobs.Add(id);
            }
        }

        _entry.Clear();
        message.WriteEntry(_entry);
        AddEntry(batch, new EntryKey(EntryKind.Message, message.Id, 0), new EntryEnvelope(request.Folder.Folder, request.Item.InternalDate), _entry.Written);
        batch.Add(new MessageFact(message.Id, message.Size, message.IsRaw, message.Recipe!.Blobs));
        batch.Envelopes[message.Id] = message.Envelope;
        batch.Messages.Add(message.Id);
    }

    private void AddPieces(Batch batch, ContentId id, ReadOnlySpan<byte> bytes)
    {
        for (uint piece = 0; bytes.Length > 0; piece++)
        {
            var length = Math.Min(bytes.Length, PieceBytes);
            AddEntry(batch, new EntryKey(EntryKind.Blob, id, piece), EntryEnvelope.None, bytes[..length]);
            bytes = bytes[length..];
        }
    }

    private void AddEntry(Batch batch, EntryKey key, EntryEnvelope envelope, ReadOnlySpan<byte> bytes)
    {
        if (batch.Blocks.Count == 0 || !batch.Blocks[^1].HasRoomFor(bytes.Length))
        {
            batch.Blocks.Add(_spareBlocks.TryPop(out var spare) ? spare : new BlockBuilder());
        }

        batch.Blocks[^1].Add(key, envelope, bytes);
    }
}
