using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Store;

/// <summary>What opening a store found. Owns the lock.</summary>
/// <param name="Lock">Null when another process writes the store: then it is read as its catalog stands.</param>
internal sealed record StoreOpening(StoreDescriptor Descriptor, StoreLock? Lock) : IDisposable
{
    public bool IsWritable => Lock is not null;

    public void Dispose() => Lock?.Dispose();
}
