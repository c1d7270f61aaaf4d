namespace ArchiveJobs.Search.Indexing;

/// <summary>Bounds the memory of a host: one store at a time follows, one at a time is rebuilt.</summary>
internal sealed class IndexSlots : IDisposable
{
    public SemaphoreSlim Following { get; } = new(1);

    public SemaphoreSlim Rebuilding { get; } = new(1);

    public void Dispose()
    {
        Following.Dispose();
        Rebuilding.Dispose();
    }
}
