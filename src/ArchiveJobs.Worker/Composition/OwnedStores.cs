using System.Globalization;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Scheduling.Owners;

namespace ArchiveJobs.Worker.Composition;

/// <summary>
/// The stores where several hosts share them: a store is opened only by its owner, and closed when another host has become it. Catalog and index of this host are those of
/// the ownership whose epoch stands beside them; of an older one they are made anew, for another host has written meanwhile (docs/adr/0024).
/// </summary>
internal sealed class OwnedStores(IArchiveStores stores, IStoreSearch search, IStoreOwnership ownership) : IArchiveStores, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<int, (StoreLocation Location, long Epoch)> _open = [];

    public Task<IArchiveStore> CreateAsync(StoreLocation location, CancellationToken cancellationToken) =>
        WithStoreAsync(location, () => stores.CreateAsync(location, cancellationToken), cancellationToken);

    public Task<IArchiveStore> OpenAsync(StoreLocation location, CancellationToken cancellationToken) =>
        WithStoreAsync(location, () => stores.OpenAsync(location, cancellationToken), cancellationToken);

    public Task<RecoveryReport> RecoverAsync(StoreLocation location, IWorkProgress progress, CancellationToken cancellationToken) =>
        WithStoreAsync(location, () => stores.RecoverAsync(location, progress, cancellationToken), cancellationToken);

    public async Task CloseAsync(StoreLocation location, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await CloseOneAsync(location);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Closes what belongs to another host now, so that it gets the lock of the files.</summary>
    public async Task CloseLostAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_open.Count == 0)
            {
                return;
            }

            var own = await ownership.ListOwnAsync(cancellationToken);
            foreach (var (location, _) in _open.Values.Where(open => own.GetValueOrDefault(open.Location.Id, -1) != open.Epoch).ToList())
            {
                await CloseOneAsync(location);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Closes all, then lets other hosts have them.</summary>
    public async Task GiveBackAsync()
    {
        await _gate.WaitAsync();
        try
        {
            foreach (var (location, _) in _open.Values.ToList())
            {
                await CloseOneAsync(location);
            }

            await ownership.ReleaseAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stores is IAsyncDisposable inner)
        {
            await inner.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task<T> WithStoreAsync<T>(StoreLocation location, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var epoch = await ownership.AcquireAsync(location.Id, location.Name, cancellationToken);
            if (!_open.TryGetValue(location.Id, out var known) || known.Epoch != epoch)
            {
                await CloseOneAsync(location);
                RemoveStrangeViews(location, epoch);
                _open[location.Id] = (location, epoch);
            }

            return await work();
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task CloseOneAsync(StoreLocation location)
    {
        if (_open.Remove(location.Id))
        {
            await search.CloseAsync(location, CancellationToken.None);
            await stores.CloseAsync(location, CancellationToken.None);
        }
    }

    private static void RemoveStrangeViews(StoreLocation location, long epoch)
    {
        var mark = Path.Combine(location.ViewsPath, "owner-epoch");
        var text = epoch.ToString(CultureInfo.InvariantCulture);
        if (!Directory.Exists(location.ViewsPath) || (File.Exists(mark) && File.ReadAllText(mark) == text))
        {
            return;
        }

        // Views first, mark second: a crash in between removes them again, and never keeps strange ones.
        foreach (var file in Directory.EnumerateFiles(location.ViewsPath, "catalog.db*"))
        {
            File.Delete(file);
        }

        var index = Path.Combine(location.ViewsPath, "index");
        if (Directory.Exists(index))
        {
            Directory.Delete(index, recursive: true);
        }

        File.WriteAllText(mark, text);
    }
}
