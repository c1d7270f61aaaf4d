using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Storage.Facts;

/// <summary>One statement of a commit. Facts never say where bytes lie. Their encoding is docs/formats/facts.md.</summary>
internal abstract record Fact;

/// <summary>Declares a folder for the facts behind it in the same commit, which name it by <see cref="Ref"/> (0, 1, 2 … in order).</summary>
internal sealed record FolderFact(int Ref, FolderKey Folder, uint UidValidity) : Fact;

/// <summary>The octets of a message are in the store: its entry and these blobs. Stated once, again only if it had been deleted or lost.</summary>
/// <param name="IsRaw">Stored without splitting.</param>
internal sealed record MessageFact(ContentId Id, long Size, bool IsRaw, IReadOnlyList<ContentId> Blobs) : Fact;

/// <summary>A message lies in a folder.</summary>
/// <param name="InternalDate">Whole seconds, with the offset the source gave.</param>
internal sealed record PlacementFact(int Folder, uint Uid, ContentId Message, string Flags, DateTimeOffset? InternalDate) : Fact;

/// <summary>A placement left one folder and is now in another of the same mailbox.</summary>
internal sealed record MoveFact(int FromFolder, uint FromUid, int ToFolder, uint ToUid, ContentId Message, string Flags, DateTimeOffset? InternalDate) : Fact;

/// <summary>Placements no longer in their folder at the source; they stay in the archive.</summary>
internal sealed record GoneFact(int Folder, UidSet Uids) : Fact;

/// <summary>The source renumbered the folder: the placement of <see cref="FormerFolder"/> (same path, other UIDVALIDITY) has a new number.</summary>
internal sealed record RenumberFact(int FormerFolder, uint FormerUid, int Folder, uint Uid, ContentId Message, string Flags, DateTimeOffset? InternalDate) : Fact;

/// <summary>Numbers given to named items of a folder.</summary>
internal sealed record ItemNamesFact(int Folder, IReadOnlyList<KeyValuePair<uint, string>> Names) : Fact;

/// <summary>Numbers decided for good elsewhere (cursor copied from another store).</summary>
internal sealed record DoneFact(int Folder, UidSet Uids) : Fact;

/// <summary>A complete pass over a folder.</summary>
internal sealed record PassFact(int Folder, uint UidNext, long Messages, UidSet Present) : Fact;

/// <summary>
/// What a run decided in one folder within this commit: the numbers by outcome. Counters are the sizes of these sets, so they cannot disagree with the cursor.
/// Archived, filtered and quarantined numbers are done; already held ones too; failed ones are not.
/// </summary>
internal sealed record RunFact(
    Guid Run, int Folder, UidSet Archived, UidSet AlreadyHeld, UidSet Filtered, UidSet Failed, UidSet Quarantined, UidSet Vanished,
    long NewMessages, long NewBytes) : Fact;

/// <summary>A message deleted in the archive. Its octets go with the next compaction.</summary>
internal sealed record TombstoneFact(ContentId Message, string Who, DateTimeOffset When, string Reason) : Fact;

/// <summary>A legal hold set or lifted.</summary>
internal sealed record HoldFact(ContentId Message, bool IsHeld, string Who, DateTimeOffset When, string Reason) : Fact;

/// <summary>A segment was sealed.</summary>
internal sealed record SegmentSealedFact(Segments.SegmentId Segment, ContentId Sha256) : Fact;

/// <summary>A segment was retired; its live entries lie in the replacements.</summary>
internal sealed record SegmentRetiredFact(Segments.SegmentId Segment, IReadOnlyList<SegmentSealedFact> Replacements) : Fact;

/// <summary>The numbered record that ends a batch.</summary>
/// <param name="Number">1, 2, 3 … without a gap.</param>
/// <param name="At">When it was formed, UTC, whole milliseconds; for people only, nothing is decided by it.</param>
internal sealed record Commit(long Number, DateTimeOffset At, IReadOnlyList<Fact> Facts);
