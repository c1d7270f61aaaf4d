using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>Something in a segment that was to be copied does not verify: the segment is left alone. Never leaves this folder.</summary>
internal sealed class DamagedSourceException(SegmentId segment, long offset, string what) : Exception(what)
{
    public SegmentId Segment => segment;

    public Damage Damage => new(segment.FileName, offset, Message);
}
