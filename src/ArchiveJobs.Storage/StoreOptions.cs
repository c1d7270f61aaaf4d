namespace ArchiveJobs.Storage;

/// <summary>Sizes and times of the store; the defaults are those of the product, tests make them smaller.</summary>
public sealed record StoreOptions
{
    /// <summary>A segment is sealed once it has this many bytes. 64 KiB to 1 GiB.</summary>
    public long SegmentBytes { get; init; } = 256L << 20;

    /// <summary>Messages of one commit at most.</summary>
    public int BatchMessages { get; init; } = 256;

    /// <summary>Octets of one commit at most; a larger message is a commit of its own.</summary>
    public long BatchOctets { get; init; } = 16L << 20;

    /// <summary>The longest that something handed in waits for its commit.</summary>
    public TimeSpan BatchAge { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Below this much free space nothing more is written, so that what was begun can be finished.</summary>
    public long ReserveBytes { get; init; } = 16L << 20;

    /// <summary>Octets of messages that wait in memory, over all runs of the process. A fast source fills it.</summary>
    public long BufferBytes { get; init; } = 32L << 20;

    /// <summary>A message above this lies in a spill file and is stored in pieces.</summary>
    public int SpillBytes { get; init; } = 16 << 20;
}
