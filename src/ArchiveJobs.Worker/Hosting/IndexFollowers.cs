using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Owners;
using ArchiveJobs.Search;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Lets the search index of every store follow what is archived, also of stores that are made later.</summary>
internal sealed class IndexFollowers(IStoreBook stores, IStoreOwnership ownership, IStoreSearch search, IndexFollower follower, TimeProvider time, ILogger<IndexFollowers> logger) : BackgroundService
{
    private static readonly TimeSpan LookForStores = TimeSpan.FromSeconds(5);

    private readonly Dictionary<int, Task> _followers = [];

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
        try
        {
            while (true)
            {
                ForgetEnded();
                try
                {
                    await FollowNewAsync(stoppingToken);
                }
                catch (Exception e) when (DatabaseFailure.Is(e))
                {
                    logger.OwnersUnknown(e);
                }

                await Task.Delay(LookForStores, time, stoppingToken);
            }
        }
        finally
        {
            // An index that is being written must be closed before the stores are.
            await Task.WhenAll(_followers.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Where several hosts share the stores: those of this one.</summary>
    private async Task FollowNewAsync(CancellationToken stopping)
    {
        var own = ownership.IsShared ? await ownership.ListOwnAsync(stopping) : null;
        foreach (var store in (await stores.ListAsync(stopping)).Where(store => !_followers.ContainsKey(store.Id) && own?.ContainsKey(store.Id) != false))
        {
            await FollowAsync(store, stopping);
        }
    }

    /// <summary>A follower ends when its store is closed under it (recovery); the store is opened and followed again.</summary>
    private void ForgetEnded()
    {
        foreach (var id in _followers.Where(follower => follower.Value.IsCompleted).Select(follower => follower.Key).ToList())
        {
            _followers.Remove(id);
        }
    }

    private async Task FollowAsync(StoreEntry entry, CancellationToken stopping)
    {
        try
        {
            var store = await stores.OpenAsync(entry, stopping);
            _followers.Add(entry.Id, Task.Run(() => follower.FollowAsync(store, stopping), stopping));
        }
        catch (ArchiveException e)
        {
            logger.StoreCannotBeOpened(entry.Id, e);   // Looked at again with the next round.
        }
    }
}
