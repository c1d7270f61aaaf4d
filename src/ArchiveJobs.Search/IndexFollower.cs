using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Search;

/// <summary>Lets the index of a store follow what is archived, as long as the host lives. Archiving never waits for it.</summary>
public sealed class IndexFollower(IStoreSearch search, SearchOptions options, TimeProvider time, ILogger<IndexFollower> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Catches up, waits for the next commit of the store and catches up again, until canceled. Failures are logged and tried again with growing pauses.
    /// Call it once for each store; several at a time take turns.
    /// </summary>
    /// <exception cref="OperationCanceledException">The only way out.</exception>
    public async Task FollowAsync(IArchiveStore store, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await SettleAsync(store, cancellationToken);
                var coverage = await search.CatchUpAsync(store, NoProgress.Instance, cancellationToken);
                pause = FirstPause;
                await store.WaitForCommitAsync(coverage.IndexedCommit, cancellationToken);
            }
            catch (Exception e) when (e is ArchiveException or IOException or UnauthorizedAccessException)
            {
                logger.IndexCannotFollow(store.Location.Id, pause, e);
                await Task.Delay(pause, time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Waits until archiving pauses, or has gone on for the longest lag: processors that archive faster than they index are left to archiving first.</summary>
    private async Task SettleAsync(IArchiveStore store, CancellationToken cancellationToken)
    {
        var head = store.HeadCommit;
        for (var waited = TimeSpan.Zero; waited < options.LongestLag; waited += options.Gathering)
        {
            await Task.Delay(options.Gathering, time, cancellationToken);
            var now = store.HeadCommit;
            if (now == head)
            {
                return;
            }

            head = now;
        }
    }
}
