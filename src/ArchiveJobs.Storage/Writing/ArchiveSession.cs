using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recipes;

namespace ArchiveJobs.Storage.Writing;

/// <summary>One run's door to the writer.</summary>
internal sealed class ArchiveSession(StoreWriter writer, MessageSplitter splitter, RunScope scope, IReadOnlyList<CatalogReader> others, CatalogReader reader) : IArchiveSession
{
    private readonly Lock _lock = new();
    private readonly List<FolderHandle> _folders = [];
    private readonly Dictionary<(FolderKey Folder, uint UidValidity), UidSet> _gone = [];
    private CommittedProgress _committed;

    public Guid Run => scope.Run;

    public bool IsHeld => scope.Fence.IsHeld;

    public CommittedProgress Committed
    {
        get
        {
            lock (_lock)
            {
                return _committed;
            }
        }
    }

    public async ValueTask<FolderState> OpenFolderAsync(FolderKey folder, uint uidValidity, CancellationToken cancellationToken)
    {
        FolderRecord? here = null;
        if (writer.Touch(folder))
        {
            await writer.AskAsync(this, folder, catalog => here = catalog.ReadFolder(folder, uidValidity, scope.Run), cancellationToken);
        }
        else
        {
            here = reader.ReadFolder(folder, uidValidity, scope.Run);
        }

        var record = others.Aggregate(here!, (sum, other) => Merge(sum, other.ReadFolder(folder, uidValidity, scope.Run)));
        int handle;
        lock (_lock)
        {
            handle = _folders.Count;
            _folders.Add(new FolderHandle(folder, uidValidity, record.FormerUidValidity, here!.Placed.Clone()));
        }

        return new FolderState(handle, record.Done, record.Placed, here!.DecidedInRun, record.LastPass, record.FormerUidValidity, record.Numbers, record.MaxNumber,
            record.Deleted.Except(record.Placed));
    }

    public async ValueTask<IReadOnlyList<KnownFolder>> ListKnownFoldersAsync(string account, string mailbox, CancellationToken cancellationToken)
    {
        IReadOnlyList<KnownFolder> here = [];
        if (writer.Touch(account, mailbox))
        {
            await writer.AskAsync(this, null, catalog => here = catalog.ReadKnownFolders(account, mailbox), cancellationToken);
        }
        else
        {
            here = reader.ReadKnownFolders(account, mailbox);
        }

        return [.. here, .. others.SelectMany(other => other.ReadKnownFolders(account, mailbox))];
    }

    public ValueTask NameItemsAsync(int folder, IReadOnlyList<KeyValuePair<uint, string>> names, CancellationToken cancellationToken) =>
        StateAsync(Handle(folder), number => new ItemNamesFact(number, names), cancellationToken);

    public ValueTask ArchiveAsync(int folder, SourceItem item, MessageBuffer octets, CancellationToken cancellationToken) =>
        SubmitAsync(folder, item, octets, false, cancellationToken);

    public ValueTask QuarantineAsync(int folder, SourceItem item, MessageBuffer octets, string reason, CancellationToken cancellationToken) =>
        SubmitAsync(folder, item, octets, true, cancellationToken);

    public ValueTask RecordAsync(int folder, ItemOutcome outcome, UidSet uids, CancellationToken cancellationToken) =>
        outcome is ItemOutcome.AlreadyHeld or ItemOutcome.Filtered or ItemOutcome.Failed
            ? writer.EnqueueAsync(new RecordRequest(this, Handle(folder), outcome, uids), cancellationToken)
            : throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Archived and quarantined items come with their octets.");

    public ValueTask RecordVanishedAsync(int folder, UidSet uids, CancellationToken cancellationToken) =>
        writer.EnqueueAsync(new RecordRequest(this, Handle(folder), null, uids), cancellationToken);

    public async ValueTask<IReadOnlyDictionary<ContentId, UidSet>> ReadFormerPlacementsAsync(int folder, CancellationToken cancellationToken)
    {
        var handle = Handle(folder);
        if (handle.FormerUidValidity is not { } former)
        {
            return new Dictionary<ContentId, UidSet>();
        }

        IReadOnlyDictionary<ContentId, UidSet> here = new Dictionary<ContentId, UidSet>();
        await writer.AskAsync(this, handle.Folder, catalog => here = catalog.ReadPlacements(handle.Folder, former), cancellationToken);
        var all = here.ToDictionary(entry => entry.Key, entry => entry.Value);
        foreach (var (id, uids) in others.SelectMany(other => other.ReadPlacements(handle.Folder, former)))
        {
            all.TryAdd(id, uids);
        }

        return all;
    }

    public ValueTask RenumberAsync(int folder, uint formerUid, SourceItem item, ContentId content, CancellationToken cancellationToken) =>
        writer.EnqueueAsync(new RenumberRequest(this, Handle(folder), formerUid, item, content), cancellationToken);

    public ValueTask DeclareGoneAsync(FolderKey folder, uint uidValidity, UidSet uids, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_gone.TryGetValue((folder, uidValidity), out var declared))
            {
                declared.Add(uids);
            }
            else
            {
                _gone.Add((folder, uidValidity), uids.Clone());
            }
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask CommitGoneAsync(string account, string mailbox, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_gone.Keys.Any(gone => gone.Folder.Account == account && gone.Folder.Mailbox == mailbox))
            {
                return;
            }
        }

        // The queue keeps the order: messages handed in before have taken what they moved.
        await writer.AskAsync(this, null, _ => { }, cancellationToken);
        List<KeyValuePair<(FolderKey Folder, uint UidValidity), UidSet>> left;
        lock (_lock)
        {
            left = [.. _gone.Where(entry => entry.Key.Folder.Account == account && entry.Key.Folder.Mailbox == mailbox)];
            left.ForEach(entry => _gone.Remove(entry.Key));
        }

        foreach (var (folder, uids) in left.Where(entry => !entry.Value.IsEmpty))
        {
            await writer.EnqueueAsync(new FolderFactRequest(this, folder.Folder, folder.UidValidity, number => new GoneFact(number, uids)), cancellationToken);
        }
    }

    public ValueTask RecordPassAsync(int folder, FolderStatus status, UidSet present, CancellationToken cancellationToken) =>
        StateAsync(Handle(folder), number => new PassFact(number, status.UidNext, status.Messages, present), cancellationToken);

    public Task FlushAsync(CancellationToken cancellationToken) => writer.FlushAsync(this, cancellationToken);

    public async Task<RunBalance> ReadBalanceAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        return reader.ReadBalance(scope.Run);
    }

    /// <summary>The writer keeps nothing of a session beyond what was handed in.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Called by the writer when facts of this session have become durable.</summary>
    internal void Advance(long commit, CommittedProgress more)
    {
        lock (_lock)
        {
            _committed = new CommittedProgress(commit, _committed.Items + more.Items, _committed.NewMessages + more.NewMessages, _committed.NewBytes + more.NewBytes);
        }
    }

    internal bool HasGone
    {
        get
        {
            lock (_lock)
            {
                return _gone.Count > 0;
            }
        }
    }

    /// <summary>Takes a placement that was declared gone; each can be taken once.</summary>
    internal bool TakeGone(PlacementAddress address)
    {
        lock (_lock)
        {
            if (!_gone.TryGetValue((address.Folder, address.UidValidity), out var uids) || !uids.Contains(address.Uid))
            {
                return false;
            }

            uids.Remove(address.Uid);
            return true;
        }
    }

    private async ValueTask SubmitAsync(int folder, SourceItem item, MessageBuffer octets, bool isQuarantined, CancellationToken cancellationToken)
    {
        var message = new PreparedMessage(octets);
        try
        {
            // Splitting runs here, beside the writer's thread. What was archived a moment ago needs none; the writer splits it if it is wrong about that.
            if (octets.IsInMemory && !writer.WasSeen(octets.Id))
            {
                splitter.Split(message);
            }

            await writer.EnqueueAsync(new ArchiveRequest(this, Handle(folder), item, message, isQuarantined), cancellationToken);
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    private ValueTask StateAsync(FolderHandle folder, Func<int, Fact> make, CancellationToken cancellationToken) =>
        writer.EnqueueAsync(new FolderFactRequest(this, folder.Folder, folder.UidValidity, make), cancellationToken);

    private FolderHandle Handle(int folder)
    {
        lock (_lock)
        {
            return _folders[folder];
        }
    }

    private static FolderRecord Merge(FolderRecord here, FolderRecord other)
    {
        here.Done.Add(other.Done);
        here.Placed.Add(other.Placed);
        here.Deleted.Add(other.Deleted);
        var numbers = here.Numbers;
        if (other.Numbers.Count > 0)
        {
            var merged = new Dictionary<string, uint>(here.Numbers);
            foreach (var (name, number) in other.Numbers)
            {
                merged.TryAdd(name, number);
            }

            numbers = merged;
        }

        return here with
        {
            LastPass = here.LastPass ?? other.LastPass,
            FormerUidValidity = here.FormerUidValidity ?? other.FormerUidValidity,
            Numbers = numbers,
            MaxNumber = Math.Max(here.MaxNumber, other.MaxNumber),
        };
    }
}
