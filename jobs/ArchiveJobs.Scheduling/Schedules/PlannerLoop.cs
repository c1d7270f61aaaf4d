using System.Threading.Channels;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Wakes the planner of this process before its time: a run has ended, Hangfire has fired, a schedule was changed. Thread-safe.</summary>
internal sealed class PlannerSignal : IRunObserver
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>An end may be what a chain or a slot that waits is waiting for.</summary>
    public void OnUpdate(RunUpdate update)
    {
        if (update is RunStateChanged { State: var state } && state.IsFinal() && state != RunState.Skipped)
        {
            Wake();
        }
    }

    /// <summary>Returns when it is woken or the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _wakes.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
    }
}

/// <summary>The loop of a host: looks at the schedules at the next slot, when it is woken, and at least every 15 s, because clocks jump and other hosts write.</summary>
internal sealed class PlannerLoop(SchedulePlanner planner, IScheduleMirror mirror, PlannerSignal signal, PlannerPulse pulse, TimeProvider time, ILogger<PlannerLoop> logger) : BackgroundService
{
    private static readonly TimeSpan AtLeastEvery = TimeSpan.FromSeconds(15);

    // A timer may be a little early; then the slot would cost a second look.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        pulse.Begin(time.GetUtcNow());
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = AtLeastEvery;
            try
            {
                await mirror.SyncAsync(stoppingToken);
                if (await planner.PassAsync(stoppingToken) is { } next)
                {
                    wait = next - time.GetUtcNow() + Shortest;
                }

                pulse.Beat(time.GetUtcNow());
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.PlannerFailed(logger, e);
            }

            await signal.WaitAsync(wait < Shortest ? Shortest : wait > AtLeastEvery ? AtLeastEvery : wait, time, stoppingToken);
        }
    }
}
