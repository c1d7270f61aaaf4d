using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Search.Indexing;
using ArchiveJobs.Search.Queries;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Search;

/// <summary>The indexes of all stores of this process, one <see cref="StoreIndex"/> for each path.</summary>
internal sealed class StoreSearch(SearchOptions options, TimeProvider time, ILogger<StoreSearch> logger) : IStoreSearch, IDisposable
{
    private readonly ConcurrentDictionary<string, StoreIndex> _indexes = new(StringComparer.Ordinal);
    private readonly IndexSlots _slots = new();

    public async Task<SearchPage> SearchAsync(IArchiveStore store, SearchRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var query = new QueryBuilder(options.Zone).Build(QueryParser.Parse(request.Text));

        // A query takes the processor, not the disk: away from the caller's thread.
        return await Task.Run(() => Search(store, new PageQuery(query, request, started, cancellationToken)), cancellationToken);
    }

    public Task<IndexCoverage> ReadCoverageAsync(IArchiveStore store, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var lease = IndexOf(store.Location).Borrow(store);
            return StoreIndex.CoverageOf(store, lease);
        },
        cancellationToken);

    public Task<IndexCoverage> CatchUpAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken) =>
        Task.Run(() => IndexOf(store.Location).CatchUpAsync(store, progress, cancellationToken), cancellationToken);

    public async Task<IndexCoverage> RebuildAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var coverage = await Task.Run(() => IndexOf(store.Location).RebuildAsync(store, progress, cancellationToken), cancellationToken);
        logger.IndexRebuilt(store.Location.Id, coverage.Documents);
        return coverage;
    }

    public async IAsyncEnumerable<ContentId> ReadIdsAsync(IArchiveStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lease = await Task.Run(() => IndexOf(store.Location).Borrow(store), cancellationToken);
        if (lease is null)
        {
            yield break;
        }

        foreach (var id in IndexedIds.Read(lease.Searcher.IndexReader))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return id;
        }
    }

    public Task CloseAsync(StoreLocation location, CancellationToken cancellationToken) =>
        _indexes.TryRemove(KeyOf(location), out var index) ? index.CloseAsync() : Task.CompletedTask;

    public void Dispose()
    {
        foreach (var index in _indexes.Values)
        {
            index.Dispose();
        }

        _slots.Dispose();
    }

    private SearchPage Search(IArchiveStore store, PageQuery query)
    {
        var index = IndexOf(store.Location);
        try
        {
            using var lease = index.Borrow(store);
            return query.Run(store, lease, time);
        }
        catch (Exception e) when (IndexDamage.IsSurely(e))
        {
            index.Discard(store, e);
            return query.Run(store, null, time);
        }
        catch (Exception e) when (IndexDamage.Is(e))
        {
            throw Failures.Broken(store.Location, e);
        }
    }

    private StoreIndex IndexOf(StoreLocation location) =>
        _indexes.GetOrAdd(KeyOf(location), static (path, self) => new StoreIndex(path, self.Options, self._slots, self.Time, self.Logger), this);

    private static string KeyOf(StoreLocation location) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(location.ViewsPath));

    private SearchOptions Options => options;

    private TimeProvider Time => time;

    private ILogger Logger => logger;
}
