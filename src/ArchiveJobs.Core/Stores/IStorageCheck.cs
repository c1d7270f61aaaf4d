namespace ArchiveJobs.Core.Stores;

/// <summary>Tries a directory the way the archive uses it.</summary>
public interface IStorageCheck
{
    /// <summary>Writes a file, makes it durable, reads it back from the disk, compares and removes it.</summary>
    /// <param name="directory">Must exist.</param>
    StorageCheckResult Check(string directory, CancellationToken cancellationToken);
}

/// <param name="WriteBytesPerSecond">Until durable; 0 when it failed.</param>
/// <param name="SyncTime">Of one small write with fsync.</param>
/// <param name="Failure">What went wrong, in the words of the system; null when all went well.</param>
public sealed record StorageCheckResult(
    string Directory, long FreeBytes, long BytesWritten, double WriteBytesPerSecond, double ReadBytesPerSecond, TimeSpan SyncTime, string? Failure);
