using ArchiveJobs.Core;
using Lucene.Net.Index;

namespace ArchiveJobs.Search.Indexing;

/// <summary>Tells an index that cannot be used any more from trouble that passes.</summary>
internal static class IndexDamage
{
    private const int NoSpaceLinux = 28;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    /// <summary>Lucene meets broken files with almost any exception: all but those of disks, rights, cancellation and our own.</summary>
    public static bool Is(Exception e) => e switch
    {
        ArchiveException or OperationCanceledException or OutOfMemoryException or UnauthorizedAccessException or ObjectDisposedException => false,
        CorruptIndexException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException => true,
        MergePolicy.MergeException { InnerException: { } inner } => Is(inner),
        IOException => false,
        _ => true,
    };

    public static bool IsDiskFull(Exception e) => e is IOException { HResult: NoSpaceLinux or NoSpaceWindows } || e.InnerException is { } inner && IsDiskFull(inner);
}
