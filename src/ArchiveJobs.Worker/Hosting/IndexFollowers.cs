using System.Collections.Concurrent;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Lets the search index of every store follow what is archived; never holds archiving back.</summary>
internal sealed class IndexFollowers(IStoreBook stores, IStoreSearch search, TimeProvider time, ILogger<IndexFollowers> logger) : BackgroundService
{
    // Small commits are gathered: an index commit costs some 50 ms whatever it holds.
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookForStores = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly NoProgress Nobody = new();

    private readonly ConcurrentDictionary<int, Task> _followers = new();

    /// <summary>Returns when the index covers all that the store holds now.</summary>
    public async Task CatchUpAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var coverage = await search.CatchUpAsync(store, progress, cancellationToken);
        while (!coverage.IsComplete)
        {
            coverage = await search.CatchUpAsync(store, progress, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var store in await stores.ListAsync(stoppingToken))
            {
                _ = _followers.GetOrAdd(store.Id, _ => FollowAsync(store, stoppingToken));
            }

            await Task.Delay(LookForStores, time, stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(_followers.Values).WaitAsync(cancellationToken);
    }

    private async Task FollowAsync(StoreEntry entry, CancellationToken stopping)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var store = await stores.OpenAsync(entry, stopping);
                var coverage = await search.CatchUpAsync(store, Nobody, stopping);
                pause = FirstPause;
                await store.WaitForCommitAsync(coverage.IndexedCommit, stopping);
                await Task.Delay(Gathering, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is ArchiveException or IOException)
            {
                logger.IndexCannotFollow(entry.Id, pause, e);
                await Task.Delay(pause, time, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
