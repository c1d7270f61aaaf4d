using ArchiveJobs.Core;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>The valid commits of a log segment that was replaced, as its replacement tells; docs/formats/segment.md, "Compacted segments".</summary>
/// <param name="Segment">The log segment.</param>
/// <param name="First">The commit after the one it continued from.</param>
/// <param name="Last">First - 1 when it had none.</param>
/// <param name="Before">H(First - 1).</param>
/// <param name="LastHash">H(Last).</param>
internal sealed record CommitRange(SegmentId Segment, long First, long Last, ContentId Before, ContentId LastHash)
{
    public const int Bytes = (3 * sizeof(long)) + (2 * ContentId.Bytes);

    public bool IsEmpty => Last < First;

    public bool Has(long commit) => First <= commit && commit <= Last;

    public void Write(ByteWriter to)
    {
        to.Int64(Segment.Ordinal);
        to.Int64(First);
        to.Int64(Last);
        to.Id(Before);
        to.Id(LastHash);
    }

    /// <exception cref="InvalidDataException">Cut short, or not a range.</exception>
    public static CommitRange Read(ref ByteReader from)
    {
        var range = new CommitRange(SegmentId.FromOrdinal(from.Int64()), from.Int64(), from.Int64(), from.Id(), from.Id());
        return range.First >= 1 && range.Last >= range.First - 1 ? range : throw new InvalidDataException("A range of commits has an impossible end.");
    }
}
