using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Storage.Store;

/// <summary>The stores of this process, each open once.</summary>
internal sealed class ArchiveStores(StoreFactory factory) : IArchiveStores, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, ArchiveStore> _stores = new(StringComparer.Ordinal);

    public async Task<IArchiveStore> CreateAsync(StoreLocation location, CancellationToken cancellationToken)
    {
        await Task.Run(() => factory.Create(location), cancellationToken);
        return await OpenAsync(location, cancellationToken);
    }

    public async Task<IArchiveStore> OpenAsync(StoreLocation location, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var path = Path.GetFullPath(location.Path);
            if (!_stores.TryGetValue(path, out var store))
            {
                store = await Task.Run(() => new ArchiveStore(location, factory, factory.Open(location)), cancellationToken);
                _stores.Add(path, store);
            }

            return store;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<RecoveryReport> RecoverAsync(StoreLocation location, IWorkProgress progress, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_stores.Remove(Path.GetFullPath(location.Path), out var store))
            {
                await store.DisposeAsync();
            }

            return await Task.Run(() => factory.Recover(location, progress, cancellationToken), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task CloseAsync(StoreLocation location, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_stores.Remove(Path.GetFullPath(location.Path), out var store))
            {
                await store.DisposeAsync();
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            await store.DisposeAsync();
        }

        _stores.Clear();
        _gate.Dispose();
    }
}
