using System.Runtime.CompilerServices;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.TestKit.Stores;

/// <summary>A store in memory for those who read stores: commits of messages and deletions, feed, waiting. Writing through sessions is not here.</summary>
public sealed class FakeArchiveStore : IArchiveStore
{
    private readonly Lock _gate = new();
    private readonly List<Change> _changes = [];
    private readonly Dictionary<ContentId, byte[]> _live = [];
    private TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="path">The store's directory; only its views lie there.</param>
    public FakeArchiveStore(string path, int id = 1)
    {
        Location = new StoreLocation(id, "Store " + id, path);
    }

    public StoreLocation Location { get; }

    public Guid Incarnation { get; set; } = Guid.CreateVersion7();

    public long HeadCommit { get; private set; }

    /// <summary>The commits from which the feed was asked, in order.</summary>
    public List<long> FeedsFrom { get; } = [];

    /// <summary>Runs before each message of the feed or of the whole store is given; may throw.</summary>
    public Func<ContentId, Task>? BeforeMessage { get; set; }

    /// <summary>Reading these octets fails as if they did not verify.</summary>
    public HashSet<ContentId> Damaged { get; } = [];

    /// <summary>Gives octets as a stream instead of memory.</summary>
    public bool StreamsOnly { get; set; }

    /// <summary>One commit with these messages.</summary>
    public IReadOnlyList<ContentId> Commit(params byte[][] messages)
    {
        var ids = messages.Select(octets => ContentId.Of(octets)).ToList();
        lock (_gate)
        {
            HeadCommit++;
            for (var i = 0; i < ids.Count; i++)
            {
                _live[ids[i]] = messages[i];
                _changes.Add(new Change(HeadCommit, ids[i], messages[i]));
            }
        }

        TellWaiters();
        return ids;
    }

    /// <summary>One commit with tombstones.</summary>
    public void CommitDeletion(params ContentId[] ids)
    {
        lock (_gate)
        {
            HeadCommit++;
            foreach (var id in ids)
            {
                _live.Remove(id);
                _changes.Add(new Change(HeadCommit, id, null));
            }
        }

        TellWaiters();
    }

    public async IAsyncEnumerable<FeedItem> ReadFeedAsync(long commit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Change> changes;
        lock (_gate)
        {
            FeedsFrom.Add(commit);
            changes = _changes.Where(change => change.Commit > commit).ToList();
        }

        foreach (var change in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (BeforeMessage?.Invoke(change.Id) ?? Task.CompletedTask);
            yield return new FeedItem(change.Commit, change.Id, change.Octets is null, change.Octets is null ? null : Stored(change.Id, change.Octets));
        }
    }

    public async IAsyncEnumerable<StoredMessage> ReadAllAsync(Action<ContentId, ArchiveException>? damaged, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<KeyValuePair<ContentId, byte[]>> messages;
        lock (_gate)
        {
            messages = [.. _live];
        }

        foreach (var (id, octets) in messages)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await (BeforeMessage?.Invoke(id) ?? Task.CompletedTask);
            yield return Stored(id, octets);
        }
    }

    public Task WaitForCommitAsync(long commit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return HeadCommit > commit ? Task.CompletedTask : WaitAsync(_committed.Task, commit, cancellationToken);
        }
    }

    public Task<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var bytes = _live.Values.Sum(octets => (long)octets.Length);
            return Task.FromResult(new StoreStatistics(_live.Count, _live.Count, bytes, bytes, 1, HeadCommit, ""));
        }
    }

    public Task<Stream?> OpenMessageAsync(ContentId id, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<Stream?>(_live.TryGetValue(id, out var octets) ? new MemoryStream(octets, false) : null);
        }
    }

    public Task<IReadOnlyList<ContentId>> FindAsync(string hexPrefix, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<ContentId>>(
                _live.Keys.Where(id => id.ToString().StartsWith(hexPrefix, StringComparison.OrdinalIgnoreCase)).Order().Take(limit).ToList());
        }
    }

    public Task<IArchiveSession> OpenSessionAsync(RunScope scope, IReadOnlyList<IArchiveStore> others, CancellationToken cancellationToken) => throw NotHere();

    public Task<RunBalance> ReadBalanceAsync(Guid run, CancellationToken cancellationToken) => throw NotHere();

    public Task<IReadOnlyList<MessageSummary>> DescribeAsync(IReadOnlyList<ContentId> ids, CancellationToken cancellationToken) => throw NotHere();

    public Task<IReadOnlyList<FolderSummary>> ListFoldersAsync(CancellationToken cancellationToken) => throw NotHere();

    public IAsyncEnumerable<Placement> ReadPlacementsAsync(string mailbox, string path, CancellationToken cancellationToken) => throw NotHere();

    public Task<VerificationReport> VerifyAsync(VerifyLevel level, IWorkProgress progress, CancellationToken cancellationToken) => throw NotHere();

    public Task<DeletionReport> DeleteAsync(IReadOnlyList<ContentId> ids, DeletionOrder order, CancellationToken cancellationToken) => throw NotHere();

    public Task<CompactionReport> CompactAsync(CompactionOptions options, IWorkProgress progress, CancellationToken cancellationToken) => throw NotHere();

    public Task CopyCursorsFromAsync(IArchiveStore other, CancellationToken cancellationToken) => throw NotHere();

    private StoredMessage Stored(ContentId id, byte[] octets) => Damaged.Contains(id)
        ? new StoredMessage(id, octets.Length, null, () => throw new ArchiveException(
            new Core.Situations.Situation(Core.Situations.SituationKeys.StoreDamaged, Core.Situations.ErrorClass.StoreCorrupt), "The octets do not verify."))
        : new StoredMessage(id, octets.Length, StreamsOnly ? (ReadOnlyMemory<byte>?)null : octets, () => new MemoryStream(octets, false));

    private async Task WaitAsync(Task next, long commit, CancellationToken cancellationToken)
    {
        await next.WaitAsync(cancellationToken);
        await WaitForCommitAsync(commit, cancellationToken);
    }

    private void TellWaiters()
    {
        TaskCompletionSource committed;
        lock (_gate)
        {
            committed = _committed;
            _committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        committed.SetResult();
    }

    private static NotSupportedException NotHere() => new("The fake store only plays the part that followers read.");

    private sealed record Change(long Commit, ContentId Id, byte[]? Octets);
}
