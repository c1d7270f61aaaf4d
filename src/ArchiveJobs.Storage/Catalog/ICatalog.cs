using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Tables;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>A commit with what the catalog caches beside its facts.</summary>
/// <param name="ChainHash">H(n), 32 bytes.</param>
/// <param name="Locations">Entries that this commit's blocks added.</param>
/// <param name="Envelopes">Of the messages in its MessageFacts.</param>
internal sealed record AppliedCommit(
    Commit Commit,
    ContentId ChainHash,
    IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> Locations,
    IReadOnlyDictionary<ContentId, MessageEnvelope> Envelopes);

/// <summary>The writer's side of the catalog: one connection, one thread at a time. Reads see everything applied before.</summary>
internal interface ICatalogWriter : IDisposable
{
    /// <summary>The last commit applied, and H of it; 0 and all zero bytes for an empty catalog.</summary>
    (long Number, ContentId ChainHash) Checkpoint { get; }

    /// <summary>Applies commits in order, without a gap, together with the checkpoint, in one transaction. After an exception nothing of it is applied.</summary>
    void Apply(IReadOnlyList<AppliedCommit> commits);

    /// <summary>For the writer's loop, once for each message of a batch that <see cref="Apply"/> will end.</summary>
    MessageState StateOf(ContentId message);

    /// <summary>A MessageFact was stated and no tombstone since.</summary>
    bool IsHeld(ContentId message);

    bool IsDeleted(ContentId message);

    bool IsOnHold(ContentId message);

    EntryLocation? Locate(EntryKey entry);

    /// <summary>The folder as facts tell it; empty sets for one never seen.</summary>
    FolderRecord ReadFolder(FolderKey folder, uint uidValidity, Guid run);

    /// <summary>A placement that is not gone under exactly this number.</summary>
    ContentId? FindPlacement(FolderKey folder, uint uidValidity, uint uid);

    /// <summary>Placements of this message, not gone, in folders of this account and mailbox.</summary>
    IReadOnlyList<PlacementAddress> FindPlacements(ContentId message, string account, string mailbox);

    IReadOnlyDictionary<ContentId, UidSet> ReadPlacements(FolderKey folder, uint uidValidity);

    IReadOnlyList<KnownFolder> ReadKnownFolders(string account, string mailbox);

    /// <summary>Ends the shared read transaction and lets cached pages go: nothing will be asked for a while.</summary>
    void ReleaseMemory();
}

internal readonly record struct PlacementAddress(FolderKey Folder, uint UidValidity, uint Uid);

/// <param name="Deleted">Numbers with a placement of a message that was deleted in the archive.</param>
/// <param name="FormerUidValidity">The latest other UIDVALIDITY under which placements that are not gone exist.</param>
internal sealed record FolderRecord(
    UidSet Done, UidSet Placed, UidSet Deleted, UidSet DecidedInRun, FolderPass? LastPass, uint? FormerUidValidity, IReadOnlyDictionary<string, uint> Numbers, uint MaxNumber);
