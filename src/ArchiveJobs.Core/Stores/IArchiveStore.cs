using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Core.Stores;

/// <summary>Opens stores; the only way to one. Keeps each store open once per process.</summary>
public interface IArchiveStores
{
    /// <summary>Makes the directory and an empty store in it.</summary>
    /// <exception cref="ArchiveException">The directory exists and is not empty (Refused).</exception>
    Task<IArchiveStore> CreateAsync(StoreLocation location, CancellationToken cancellationToken);

    /// <summary>Opens a store for reading; its writer is opened with the first session. The same object for the same location.</summary>
    /// <exception cref="ArchiveException">Not there (StoreOffline), foreign or damaged (StoreCorrupt).</exception>
    Task<IArchiveStore> OpenAsync(StoreLocation location, CancellationToken cancellationToken);

    /// <summary>Makes catalog anew from the segments. The store must not be in use by others in this process; it is closed and may be opened again afterwards.</summary>
    Task<RecoveryReport> RecoverAsync(StoreLocation location, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>Closes a store if it is open: its lock is free, and whoever still holds it gets failures. It may be opened again.</summary>
    Task CloseAsync(StoreLocation location, CancellationToken cancellationToken);
}

/// <param name="Id">As in the master database; 1 and up.</param>
/// <param name="Path">Directory of the store.</param>
public sealed record StoreLocation(int Id, string Name, string Path)
{
    /// <summary>Directory of catalog and index on a disk of this host; null: <see cref="Path"/>.</summary>
    public string? Views { get; init; }

    public string ViewsPath => Views ?? Path;
}

/// <summary>One store. Thread-safe.</summary>
public interface IArchiveStore
{
    StoreLocation Location { get; }

    /// <summary>Names this copy of the store: a restored or attached copy has another. Views made of another incarnation are not used. All zero when unknown.</summary>
    Guid Incarnation => Guid.Empty;

    /// <summary>Opens the writer if it is not open, and gives a run its door to it.</summary>
    /// <param name="others">Other attached stores, looked at for cursors and placements.</param>
    Task<IArchiveSession> OpenSessionAsync(RunScope scope, IReadOnlyList<IArchiveStore> others, CancellationToken cancellationToken);

    /// <summary>Facts that this run has committed here, over all attempts. Zero when there are none.</summary>
    Task<RunBalance> ReadBalanceAsync(Guid run, CancellationToken cancellationToken);

    Task<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken);

    /// <summary>Opens the octets of a message; null when it is not held. The stream reads forward only.</summary>
    /// <exception cref="ArchiveException">Held, but its bytes do not verify (StoreCorrupt).</exception>
    Task<Stream?> OpenMessageAsync(ContentId id, CancellationToken cancellationToken);

    /// <summary>What lists show of these messages, in the order asked; messages that are not held or deleted in the archive are left out.</summary>
    Task<IReadOnlyList<MessageSummary>> DescribeAsync(IReadOnlyList<ContentId> ids, CancellationToken cancellationToken);

    /// <summary>Ids that begin with these hexadecimal digits (at least 4), at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ContentId>> FindAsync(string hexPrefix, int limit, CancellationToken cancellationToken);

    /// <summary>All folders with the number of their placements.</summary>
    Task<IReadOnlyList<FolderSummary>> ListFoldersAsync(CancellationToken cancellationToken);

    /// <summary>Contents of one folder in the order of their number.</summary>
    IAsyncEnumerable<Placement> ReadPlacementsAsync(string mailbox, string path, CancellationToken cancellationToken);

    /// <summary>Every live message once, in the order of the store (fewest bytes decompressed). The octets are valid until the next step.</summary>
    /// <param name="damaged">Told of each message whose bytes do not verify, which is then left out; null: such a message ends the reading (StoreCorrupt).</param>
    IAsyncEnumerable<StoredMessage> ReadAllAsync(Action<ContentId, ArchiveException>? damaged, CancellationToken cancellationToken);

    /// <summary>Messages committed after <paramref name="commit"/> up to now, for followers such as the index; see <see cref="FeedItem"/>.</summary>
    IAsyncEnumerable<FeedItem> ReadFeedAsync(long commit, CancellationToken cancellationToken);

    /// <summary>Number of the latest commit that readers can see.</summary>
    long HeadCommit { get; }

    /// <summary>Completes when <see cref="HeadCommit"/> is greater than <paramref name="commit"/>.</summary>
    Task WaitForCommitAsync(long commit, CancellationToken cancellationToken);

    Task<VerificationReport> VerifyAsync(VerifyLevel level, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes messages in the archive for good: nobody sees them any more, and they stay deleted when a source still has them (later runs count them as filtered).
    /// Returns when the tombstones are durable. Asking again is no error. Ids may come twice.
    /// </summary>
    /// <exception cref="ArgumentException">The order has a mistake (<see cref="DeletionOrder.FindMistake"/>).</exception>
    /// <exception cref="ArchiveException">The store cannot be written; a part of the messages may be deleted, asking again does the rest.</exception>
    Task<DeletionReport> DeleteAsync(IReadOnlyList<ContentId> ids, DeletionOrder order, CancellationToken cancellationToken);

    /// <summary>
    /// Copies what is needed of segments that hold much that is not into new ones and gives the room back, while runs go on writing. One at a time: a second one waits.
    /// Canceled, it leaves the segment it is at as it was.
    /// </summary>
    /// <exception cref="ArchiveException">No room for a copy (StoreFull), or the store cannot be written. What was retired before stays so.</exception>
    Task<CompactionReport> CompactAsync(CompactionOptions options, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>Copies the cursors (done numbers, names, latest passes) of another store, for a store that becomes the target of archiving.</summary>
    Task CopyCursorsFromAsync(IArchiveStore other, CancellationToken cancellationToken);
}

/// <summary>Who writes, and whether it still may.</summary>
/// <param name="Run">Names the run in the facts for good, across installations.</param>
public sealed record RunScope(Guid Run, IRunFence Fence);

/// <summary>Asked by the writer before a run's messages are added to a batch.</summary>
public interface IRunFence
{
    /// <summary>False once the run's lease is lost.</summary>
    bool IsHeld { get; }
}

/// <summary>Where long work reports to. Thread-safe, cheap to call often.</summary>
public interface IWorkProgress
{
    /// <param name="total">Null when unknown.</param>
    void Report(string phase, long done, long? total, long doneBytes);

    /// <summary>A line for the run's log: ids, numbers and folders, never subjects or addresses.</summary>
    void Log(WorkLogLevel level, string line);
}

public enum WorkLogLevel
{
    Information,
    Warning,
    Error,
}

public sealed record MessageSummary(
    ContentId Id, long Size, MessageEnvelope Envelope, DateTimeOffset ArchivedAt, IReadOnlyList<Placement> Placements);

/// <param name="IsGone">It is no longer in that folder of the source.</param>
public sealed record Placement(
    ContentId Message, string Mailbox, string Folder, uint UidValidity, uint Uid, string Flags, DateTimeOffset? InternalDate, bool IsGone);

public sealed record FolderSummary(string Mailbox, string Path, long Placements, long Gone);

/// <summary>Octets of one message; one buffer that the reader uses again for the next when it is in memory.</summary>
public sealed record StoredMessage(ContentId Id, long Size, ReadOnlyMemory<byte>? Memory, Func<Stream> OpenRead);

/// <summary>A change that a follower has to take over.</summary>
/// <param name="Commit">All changes of commits up to this one, less one, have been given before.</param>
/// <param name="Message">Null for <see cref="IsDeletion"/>, and when its bytes are damaged.</param>
public sealed record FeedItem(long Commit, ContentId Id, bool IsDeletion, StoredMessage? Message);

public sealed record StoreStatistics(
    long Messages, long Placements, long MessageBytes, long StoredBytes, int Segments, long HeadCommit, string ChainHead);

public enum VerifyLevel
{
    /// <summary>Files, footers, chain head.</summary>
    Quick,

    /// <summary>Facts, entries and catalog against each other.</summary>
    Structure,

    /// <summary>Every byte of every segment.</summary>
    Full,

    /// <summary>Every message put together and compared with its SHA-256.</summary>
    Reassemble,
}

/// <param name="Damages">Each names a place; at most 10,000.</param>
/// <param name="DamagedMessages">Messages that cannot be read back; with folders by <see cref="IArchiveStore.DescribeAsync"/>.</param>
public sealed record VerificationReport(
    VerifyLevel Level, long Segments, long Bytes, long Messages, IReadOnlyList<Damage> Damages, IReadOnlyList<DamagedMessage> DamagedMessages)
{
    public bool IsSound => Damages.Count == 0 && DamagedMessages.Count == 0;
}

/// <summary>"Segment 00000001-00000003.dat at offset 4096: checksum differs."</summary>
public sealed record Damage(string File, long Offset, string What);

public sealed record DamagedMessage(ContentId Id, long Size, IReadOnlyList<Placement> Placements, string Reason);

/// <param name="Unreadable">Live ids without a verifying entry.</param>
public sealed record RecoveryReport(
    long Commits, long Messages, long Placements, IReadOnlyList<string> Mailboxes, IReadOnlyList<DamagedMessage> Unreadable, IReadOnlyList<Damage> Damages);
