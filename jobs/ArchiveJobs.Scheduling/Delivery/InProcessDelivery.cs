using System.Threading.Channels;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Delivery;

/// <summary>A queue of run ids and workers for each class of work, in this process. For a command that runs one job: nothing to start, nothing to stop.</summary>
internal sealed class InProcessDispatcher(HostIdentity host) : IRunDispatcher
{
    private readonly Dictionary<string, Channel<long>> _queues = RunQueues.All.ToDictionary(name => name, _ => Channel.CreateUnbounded<long>());

    public void Deliver(long runId, string queue) => QueueOf(queue).Writer.TryWrite(runId);

    public bool DeliverTo(Guid hostId, long runId, string queue) => hostId == host.HostId && QueueOf(queue).Writer.TryWrite(runId);

    public ChannelReader<long> ReaderOf(string queue) => QueueOf(queue).Reader;

    // A queue of a newer version is served by the last class rather than by nobody.
    private Channel<long> QueueOf(string queue) => _queues.GetValueOrDefault(queue) ?? _queues[RunQueues.All[^1]];
}

internal sealed class InProcessWorkers(
    InProcessDispatcher dispatcher, RunExecutor executor, HostStop stop, SchedulingOptions options, TimeProvider time, ILogger<InProcessWorkers> logger) : IHostedService
{
    private Task _working = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var workers = RunQueues.All.SelectMany(queue => Enumerable.Range(0, options.WorkersPerClass).Select(_ => Task.Run(() => WorkAsync(queue), CancellationToken.None)));
        _working = Task.WhenAll(workers);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.BeginAsync();
        await WorkerDrain.WaitAsync(_working, options.StopTimeout, time, logger);
    }

    private async Task WorkAsync(string queue)
    {
        try
        {
            await foreach (var runId in dispatcher.ReaderOf(queue).ReadAllAsync(stop.Token))
            {
                await ExecuteAsync(runId);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task ExecuteAsync(long runId)
    {
        try
        {
            await executor.ExecuteAsync(runId, stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Most likely the ledger; the reconciler delivers the run again.
            Log.ExecutorFailed(logger, e, runId);
        }
    }
}

internal static class WorkerDrain
{
    /// <summary>Waits for runs to give themselves back; those that do not are closed by the next start.</summary>
    public static async Task WaitAsync(Task working, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        try
        {
            await working.WaitAsync(timeout, time);
        }
        catch (TimeoutException)
        {
            Log.StopTimedOut(logger, 1, timeout);
        }
    }
}
