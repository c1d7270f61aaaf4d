namespace ArchiveJobs.Storage.Store;

/// <summary>Held by the one process that may write a store; freed by the system when the process dies.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>Null when another process holds it.</summary>
    public static StoreLock? TryTake(string store)
    {
        try
        {
            // FileShare.None is an advisory lock (flock) on Unix and a share mode on Windows; both end with the process.
            return new StoreLock(new FileStream(Path.Combine(store, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
