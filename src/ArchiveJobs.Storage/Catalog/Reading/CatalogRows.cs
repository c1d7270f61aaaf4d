using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Catalog.Reading;

/// <param name="Placements">Of messages not deleted, gone ones included.</param>
/// <param name="ChainHash">H of <paramref name="HeadCommit"/>; zero bytes for an empty store.</param>
internal sealed record CatalogStatistics(long Messages, long Placements, long MessageBytes, long HeadCommit, ContentId ChainHash);

/// <summary>A held message and where its entry lies.</summary>
internal sealed record LocatedMessage(long Num, ContentId Id, long Size, EntryLocation Location);

/// <summary>A change since some commit. Deletions have neither size nor place; a message whose entry is lost has no place.</summary>
/// <param name="Key">Orders the changes of one commit; for paging only.</param>
internal sealed record FeedChange(long Commit, long Key, ContentId Id, bool IsDeletion, long Size, EntryLocation? Location);

/// <summary>Everything that is needed to put a message together.</summary>
/// <param name="Entry">Null when no unretired segment has it.</param>
/// <param name="Blobs">In the order of the message's fact.</param>
internal sealed record MessageEntries(ContentId Id, long Size, bool IsRaw, EntryLocation? Entry, IReadOnlyList<BlobPieces> Blobs);

/// <param name="Pieces">Place by piece number 0, 1, 2 …; a gap or an empty list means damage.</param>
internal sealed record BlobPieces(ContentId Id, IReadOnlyList<KeyValuePair<uint, EntryLocation>> Pieces);

/// <param name="IsLive">A message that is held, or a blob that a held message needs.</param>
internal sealed record PlacedEntry(EntryKey Key, EntryLocation Location, bool IsLive);

/// <param name="Sha256">Null until sealed.</param>
/// <param name="RetiredCommit">Null while in use.</param>
internal sealed record SegmentRecord(SegmentId Segment, ContentId? Sha256, long? SealedCommit, long? RetiredCommit);

/// <summary>A cursor with what a store that becomes the target of archiving copies.</summary>
internal sealed record CursorRecord(long Num, FolderKey Folder, uint UidValidity, FolderRecord Record);
