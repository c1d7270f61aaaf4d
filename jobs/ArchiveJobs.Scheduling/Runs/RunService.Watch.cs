using System.Runtime.CompilerServices;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Execution;

namespace ArchiveJobs.Scheduling.Runs;

internal sealed partial class RunService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<RunUpdate> WatchAsync(long id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Subscribed before the look: what happens between the two is seen twice rather than never.
        using var subscription = hub.Subscribe(id);
        var told = await LookAsync(id, cancellationToken);
        if (told is null)
        {
            yield break;
        }

        yield return told;
        while (!told.State.IsFinal())
        {
            var update = await NextAsync(subscription, cancellationToken) ?? await LookAsync(id, cancellationToken);
            if (update is null || update is RunStateChanged { } again && (again.At < told.At || (again.At == told.At && again.State == told.State)))
            {
                continue;
            }

            told = update as RunStateChanged ?? told;
            yield return update;
        }
    }

    public async Task<RunView> WaitForEndAsync(long id, Action<RunUpdate>? onUpdate, CancellationToken cancellationToken)
    {
        await foreach (var update in WatchAsync(id, cancellationToken))
        {
            onUpdate?.Invoke(update);
        }

        return await reader.GetAsync(id, cancellationToken) ?? throw new KeyNotFoundException($"There is no run {id}.");
    }

    /// <summary>The next update of this process; null when there was none for a second.</summary>
    private async Task<RunUpdate?> NextAsync(RunHub.Subscription subscription, CancellationToken cancellationToken)
    {
        if (subscription.Channel.Reader.TryRead(out var ready))
        {
            return ready;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arrival = subscription.Channel.Reader.WaitToReadAsync(stop.Token).AsTask();
        var pause = Task.Delay(LookEvery, time, stop.Token);
        await Task.WhenAny(arrival, pause);
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return subscription.Channel.Reader.TryRead(out var update) ? update : null;
    }

    private async Task<RunStateChanged?> LookAsync(long id, CancellationToken cancellationToken)
    {
        var run = await reader.FindAsync(id, cancellationToken);
        return run is null ? null : new RunStateChanged(id, run.StateSince, run.State, run.Reason, run.NotBefore, RunReader.ReadSituation(run.SituationJson));
    }
}
