namespace ArchiveJobs.Core.Stores;

/// <summary>What a compaction takes on; the defaults are those of the product.</summary>
/// <param name="DeadShare">A segment is rewritten when this share of its entries' bytes, 0 to 1, is needed by nobody.</param>
/// <param name="SmallSegments">So many segments below a quarter of the target size are rewritten together; 2 and up.</param>
/// <param name="MaxBytes">No further segment is begun once segments with so many bytes were read; null: all that there are.</param>
/// <param name="MaxTime">No further segment is begun after this time; null: no limit.</param>
public sealed record CompactionOptions(double DeadShare = 0.4, int SmallSegments = 8, long? MaxBytes = null, TimeSpan? MaxTime = null);

/// <summary>What a compaction did. Bytes are those of whole segment files.</summary>
/// <param name="SegmentsLookedAt">Sealed segments whose entries were counted.</param>
/// <param name="SegmentsRetired">Replaced by others; their files are gone but for <paramref name="BytesWaiting"/>.</param>
/// <param name="SegmentsMade">Replacements.</param>
/// <param name="SegmentsRefused">Left as they are: something in them was referenced again while they were copied. The next compaction tries again.</param>
/// <param name="SegmentsLeft">Due, but not begun: a limit was reached.</param>
/// <param name="BytesBefore">Of the retired segments.</param>
/// <param name="BytesAfter">Of their replacements.</param>
/// <param name="BytesWaiting">Of retired segments that somebody still reads; their files go when the last one ends.</param>
/// <param name="MessagesKept">Message entries copied.</param>
/// <param name="EntriesKept">Entries copied: messages and pieces of blobs.</param>
/// <param name="EntriesDropped">Entries of retired segments that nobody needed.</param>
/// <param name="Damages">Segments left alone because something in them does not verify. At most one a segment.</param>
public sealed record CompactionReport(
    int SegmentsLookedAt, int SegmentsRetired, int SegmentsMade, int SegmentsRefused, int SegmentsLeft,
    long BytesBefore, long BytesAfter, long BytesWaiting, long MessagesKept, long EntriesKept, long EntriesDropped, IReadOnlyList<Damage> Damages)
{
    /// <summary>What the store takes less on the disk, once nobody reads what was retired.</summary>
    public long BytesGivenBack => BytesBefore - BytesAfter;
}
