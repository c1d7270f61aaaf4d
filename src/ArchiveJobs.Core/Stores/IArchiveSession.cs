using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Core.Stores;

/// <summary>
/// One run's door to the store's single writer. What is handed in is queued in order and committed in batches that the writer forms
/// across runs (256 messages, 16 MiB or 500 ms); it counts as archived once <see cref="FlushAsync"/> returns or <see cref="Committed"/> covers it.
/// Safe for several mailboxes at once; calls about one folder come one after the other.
/// </summary>
/// <remarks>
/// Every method throws <see cref="ArchiveException"/> once the writer or this run's fence has failed (StoreFull, StoreReadOnly, StoreCorrupt, LeaseLost);
/// nothing handed in after the failure is committed.
/// </remarks>
public interface IArchiveSession : IAsyncDisposable
{
    /// <summary>What is durable so far of what this session handed in.</summary>
    CommittedProgress Committed { get; }

    /// <summary>Prepares a folder for this run and tells what the archive knows of it, looked up over all attached stores.</summary>
    /// <param name="uidValidity">As the source says now.</param>
    ValueTask<FolderState> OpenFolderAsync(FolderKey folder, uint uidValidity, CancellationToken cancellationToken);

    /// <summary>Folders of this account and mailbox that hold placements not marked gone. Empty for a mailbox seen for the first time.</summary>
    ValueTask<IReadOnlyList<KnownFolder>> ListKnownFoldersAsync(string account, string mailbox, CancellationToken cancellationToken);

    /// <summary>Gives numbers to named items for good. Numbers are free ones above <see cref="FolderState.MaxNumber"/>.</summary>
    ValueTask NameItemsAsync(int folder, IReadOnlyList<KeyValuePair<uint, string>> names, CancellationToken cancellationToken);

    /// <summary>
    /// Archives one message. Counts as archived when a placement that did not exist is committed (also when the octets were held, also when a
    /// placement declared gone moves here), as already held when the placement exists, as filtered when a tombstone forbids it.
    /// Waits for room in the writer's queue, not for durability.
    /// </summary>
    /// <param name="folder">Handle of <see cref="FolderState"/>.</param>
    /// <param name="octets">Completed. The session takes ownership.</param>
    ValueTask ArchiveAsync(int folder, SourceItem item, MessageBuffer octets, CancellationToken cancellationToken);

    /// <summary>As <see cref="ArchiveAsync"/>, but the item counts as quarantined: the octets are in the store and a person must look.</summary>
    ValueTask QuarantineAsync(int folder, SourceItem item, MessageBuffer octets, string reason, CancellationToken cancellationToken);

    /// <summary>Counts items decided without octets.</summary>
    /// <param name="outcome">AlreadyHeld, Filtered or Failed. Filtered items are done; failed ones are not and are tried in the next run.</param>
    ValueTask RecordAsync(int folder, ItemOutcome outcome, UidSet uids, CancellationToken cancellationToken);

    /// <summary>Counts items that were gone before they were read; not part of seen.</summary>
    ValueTask RecordVanishedAsync(int folder, UidSet uids, CancellationToken cancellationToken);

    /// <summary>After a UIDVALIDITY change: the placements of this folder under the former UIDVALIDITY, not gone, by content.</summary>
    ValueTask<IReadOnlyDictionary<ContentId, UidSet>> ReadFormerPlacementsAsync(int folder, CancellationToken cancellationToken);

    /// <summary>The placement keeps its history and takes the new number; counts as already held.</summary>
    ValueTask RenumberAsync(int folder, uint formerUid, SourceItem item, ContentId content, CancellationToken cancellationToken);

    /// <summary>Placements that are no longer in their folder. Until <see cref="CommitGoneAsync"/> they may move to where the same octets turn up in the same mailbox.</summary>
    /// <param name="uidValidity">Of the placements; differs from the source's present one after a change.</param>
    ValueTask DeclareGoneAsync(FolderKey folder, uint uidValidity, UidSet uids, CancellationToken cancellationToken);

    /// <summary>Marks as gone what was declared gone for this mailbox and did not move; the placements stay.</summary>
    ValueTask CommitGoneAsync(string account, string mailbox, CancellationToken cancellationToken);

    /// <summary>Remembers a complete pass over the folder, so that the next run can tell that nothing changed.</summary>
    ValueTask RecordPassAsync(int folder, FolderStatus status, UidSet present, CancellationToken cancellationToken);

    /// <summary>Returns when everything handed in so far is durable and visible to readers of the catalog.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>The balance of this run over all its attempts, read from the commits' facts. Flush first.</summary>
    Task<RunBalance> ReadBalanceAsync(CancellationToken cancellationToken);
}

public enum ItemOutcome
{
    Archived,
    AlreadyHeld,
    Filtered,
    Failed,
    Quarantined,
}

/// <summary>A folder of the archive as one account fills it.</summary>
/// <param name="Account">The source account (<see cref="IMailboxSource.Account"/>).</param>
/// <param name="Mailbox">The archive user who owns the tree.</param>
/// <param name="Path">In that tree; names joined by '/'.</param>
public sealed record FolderKey(string Account, string Mailbox, string Path);

/// <summary>What the archive knows of a folder under the source's present UIDVALIDITY.</summary>
/// <param name="Handle">For the other calls of the session.</param>
/// <param name="Done">Decided for good: archived, filtered or quarantined.</param>
/// <param name="Placed">Have a placement that is not marked gone.</param>
/// <param name="DecidedInRun">Already counted by an earlier attempt of this same run, whatever the outcome: not to be decided again.</param>
/// <param name="LastPass">The latest complete pass, null when there was none under this UIDVALIDITY.</param>
/// <param name="FormerUidValidity">Set when placements exist under another UIDVALIDITY: the source has renumbered the folder.</param>
/// <param name="Numbers">For named items: number by name. Empty for IMAP.</param>
/// <param name="MaxNumber">The largest number given to a named item, 0 when none.</param>
/// <param name="Deleted">Done numbers whose message was deleted in the archive: filtered from then on. Null: none.</param>
public sealed record FolderState(
    int Handle,
    UidSet Done,
    UidSet Placed,
    UidSet DecidedInRun,
    FolderPass? LastPass,
    uint? FormerUidValidity,
    IReadOnlyDictionary<string, uint> Numbers,
    uint MaxNumber,
    UidSet? Deleted = null);

/// <summary>A complete pass over a folder: what the source said, and what was there.</summary>
public sealed record FolderPass(FolderStatus Status, UidSet Present);

public sealed record KnownFolder(string Path, uint UidValidity, UidSet Placed);

/// <param name="Commit">Number of the latest commit that holds facts of this session, 0 when none.</param>
/// <param name="Items">Items of this session that are durable.</param>
/// <param name="NewMessages">Of these, messages whose octets were not held.</param>
/// <param name="NewBytes">Octets of the new messages.</param>
public readonly record struct CommittedProgress(long Commit, long Items, long NewMessages, long NewBytes);
