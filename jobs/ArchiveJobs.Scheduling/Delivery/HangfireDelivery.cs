using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Schedules;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.Logging;
using Hangfire.States;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Delivery;

// With HangfireMirror.cs and HangfireStorages.cs the only file that knows Hangfire. Reasons in docs/adr/0021-hangfire-delivers-the-ledger-decides.md.

/// <summary>The one entry point of all Hangfire jobs. Its name and its argument are stored by storages that last: never renamed.</summary>
public sealed class RunDelivery
{
    private readonly RunExecutor _executor;
    private readonly HostStop _stop;
    private readonly ILogger _logger;

    internal RunDelivery(RunExecutor executor, HostStop stop, ILogger logger)
    {
        _executor = executor;
        _stop = stop;
        _logger = logger;
    }

    /// <summary>Takes no token of Hangfire's: it fires whenever the Hangfire job leaves its state, also when a second delivery was refused.</summary>
    public async Task ExecuteAsync(long runId)
    {
        try
        {
            await _executor.ExecuteAsync(runId, _stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Never told to Hangfire, which would keep the job as failed for ever; the reconciler delivers the run again.
            Log.ExecutorFailed(_logger, e, runId);
        }
    }
}

internal sealed class HangfireDispatcher : IRunDispatcher, IDisposable
{
    private readonly JobStorage _storage;
    private readonly BackgroundJobClient _client;

    public HangfireDispatcher(SchedulingOptions options)
    {
        _storage = HangfireStorages.Open(options);

        // Without the global filters: above all without AutomaticRetry, the ledger owns retries.
        Filters = new JobFilterCollection();
        _client = new BackgroundJobClient(_storage, Filters);
    }

    public JobStorage Storage => _storage;

    public JobFilterCollection Filters { get; }

    public void Deliver(long runId, string queue) =>
        _client.Create(Job.FromExpression<RunDelivery>(delivery => delivery.ExecuteAsync(runId)), new EnqueuedState(queue));

    public bool DeliverTo(Guid hostId, long runId, string queue)
    {
        Deliver(runId, RunQueues.Of(queue, hostId));
        return true;
    }

    public void Dispose() => (_storage as IDisposable)?.Dispose();
}

/// <summary>One Hangfire server for each class of work, so that none can take the workers of another.</summary>
internal sealed class HangfireWorkers(
    HangfireDispatcher dispatcher, IServiceProvider services, HostIdentity host, HostStop stop, RunHub hub, SchedulingOptions options,
    ILoggerFactory loggers, ILogger<HangfireWorkers> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(5);

    private readonly List<BackgroundJobServer> _servers = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogProvider.SetCurrentLogProvider(new AspNetCoreLogProvider(loggers));
        _servers.AddRange(RunQueues.All.Select(queue => new BackgroundJobServer(
            new BackgroundJobServerOptions
            {
                Queues = host.HostId == Guid.Empty ? [queue] : [RunQueues.Of(queue, host.HostId), queue],
                ServerName = queue,
                WorkerCount = options.WorkersPerClass,
                Activator = new RunDeliveryActivator(services, stop, loggers),
                FilterProvider = dispatcher.Filters,
                StopTimeout = TimeSpan.Zero,
                ShutdownTimeout = options.StopTimeout,
                SchedulePollingInterval = PollEvery,
            },
            dispatcher.Storage)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var server in _servers)
        {
            server.SendStop();
        }

        await stop.BeginAsync();
        await Task.WhenAll(_servers.Select(server => server.WaitForShutdownAsync(cancellationToken)));
        if (hub.LiveCount > 0)
        {
            Log.StopTimedOut(logger, hub.LiveCount, options.StopTimeout);
        }
    }

    public void Dispose()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }

        _servers.Clear();
        LogProvider.SetCurrentLogProvider(null); // It is static and would outlive our logger factory.
    }

    private sealed class RunDeliveryActivator(IServiceProvider services, HostStop stop, ILoggerFactory loggers) : JobActivator
    {
        public override object ActivateJob(Type jobType) => jobType == typeof(ScheduleFiring)
            ? new ScheduleFiring(services.GetRequiredService<IScheduleService>(), services.GetRequiredService<PlannerSignal>(), loggers.CreateLogger<ScheduleFiring>())
            : new RunDelivery(services.GetRequiredService<RunExecutor>(), stop, loggers.CreateLogger<RunDelivery>());
    }
}
