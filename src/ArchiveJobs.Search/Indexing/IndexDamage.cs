using ArchiveJobs.Core;
using Lucene.Net.Index;

namespace ArchiveJobs.Search.Indexing;

/// <summary>Tells an index that cannot be used any more from trouble that passes.</summary>
internal static class IndexDamage
{
    // Of an exception made with a message alone: Lucene's own ("checksum failed"). Those of the system carry its error number.
    private const int NoSystemError = unchecked((int)0x80131620); // COR_E_IO

    private const int NoSpaceLinux = 28;
    private const int NoSpaceWindows = unchecked((int)0x80070070);

    /// <summary>Surely the files and not the query: nobody may destroy an index by searching it.</summary>
    public static bool IsSurely(Exception e) =>
        e is CorruptIndexException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException || (e is IOException && e.HResult == NoSystemError);

    /// <summary>Lucene meets broken files with almost any exception: all but those of disks, rights, cancellation and our own.</summary>
    public static bool Is(Exception e) => e switch
    {
        ArchiveException or OperationCanceledException or OutOfMemoryException or UnauthorizedAccessException or ObjectDisposedException => false,
        _ when IsSurely(e) => true,
        MergePolicy.MergeException { InnerException: { } inner } => Is(inner),
        IOException => false,
        _ => true,
    };

    public static bool IsDiskFull(Exception e) => e is IOException { HResult: NoSpaceLinux or NoSpaceWindows } || e.InnerException is { } inner && IsDiskFull(inner);
}
