using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>What lies in one open segment, read from its records from front to end.</summary>
/// <param name="GoodLength">Bytes up to the end of the last commit that verifies (or of the header); what lies behind was never acknowledged, unless <see cref="Damages"/> says more.</param>
/// <param name="Blocks">Directories of the data blocks that verify, by offset.</param>
/// <param name="Damages">Places before the last commit that do not verify.</param>
internal sealed record SegmentScan(
    SegmentHeader? Header,
    long Length,
    long GoodLength,
    IReadOnlyList<ScannedBlock> Blocks,
    IReadOnlyList<ScannedCommit> Commits,
    IReadOnlyList<Core.Stores.Damage> Damages);

/// <param name="Bytes">As they lie in the record, decoded.</param>
internal sealed record ScannedCommit(ChainedCommit Chained, byte[] Bytes);

/// <param name="Commit">Number of the commit that the block belongs to, from its record's header.</param>
internal sealed record ScannedBlock(long Offset, long Commit, IReadOnlyList<BlockEntry> Entries);
