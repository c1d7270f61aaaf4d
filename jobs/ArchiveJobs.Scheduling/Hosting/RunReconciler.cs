using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Owners;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>
/// Works all the time, not only at start-up: whatever a delivery lost, a host left or a wait delayed is brought on by the next pass. Every step is a conditional update,
/// so any number of hosts may do it at once.
/// </summary>
internal sealed class RunReconciler(
    RunLedger ledger, StoreOwnership owners, HostIdentity host, IRunDispatcher dispatcher, IDiskProbe probe, HostWatch hosts, SlowRunWatch slow, MasterDatabase master,
    SchedulingOptions options, TimeProvider time, ILogger<RunReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan DiskWait = TimeSpan.FromMinutes(5);

    // The start has just written the first one.
    private DateTimeOffset _heartbeatAt = time.GetUtcNow();

    internal async Task PassAsync(CancellationToken cancellationToken)
    {
        var watches = time.GetUtcNow() - _heartbeatAt >= options.RenewEvery;
        if (watches)
        {
            await ledger.HeartbeatAsync(cancellationToken);
            if (owners.IsShared)
            {
                await owners.RenewAsync(cancellationToken);
                await ledger.ForgetDeliveriesToTheGoneAsync(cancellationToken);
            }

            _heartbeatAt = time.GetUtcNow();
        }

        if (await ledger.HasDueAsync(cancellationToken))
        {
            await BringOnAsync(cancellationToken);
        }

        if (watches)
        {
            await WatchAsync(cancellationToken);
        }
    }

    /// <summary>A host cannot be seen to be lost from itself, and the master database of SQLite has one host only.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        if (!master.Provider.IsSingleHost)
        {
            await hosts.LookAtOthersAsync(cancellationToken);
        }

        await hosts.LookAtPlannerAsync(cancellationToken);
        await slow.LookAsync(cancellationToken);
    }

    private async Task BringOnAsync(CancellationToken cancellationToken)
    {
        foreach (var orphan in await ledger.FindExpiredAsync(cancellationToken))
        {
            await ledger.CloseOrphanAsync(orphan);
        }

        await ledger.RequeueInterruptedAsync(cancellationToken);
        foreach (var due in await ledger.FindDueAsync(cancellationToken))
        {
            await WakeAsync(due, cancellationToken);
        }

        Deliver(await ledger.WakeLinesAsync(cancellationToken));
        Deliver(await ledger.ClaimDeliveriesAsync(cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ReconcileEvery, time);
        do
        {
            try
            {
                await PassAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.ReconcilerFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task WakeAsync(DueRun due, CancellationToken cancellationToken)
    {
        if (due.Reason == RunReason.Disk && !await probe.IsWritableAsync(due.StoreId, cancellationToken))
        {
            await ledger.PostponeAsync(due.RunId, DiskWait, cancellationToken);
            return;
        }

        await ledger.WakeDueAsync(due);
    }

    private void Deliver(IReadOnlyList<RunToDeliver> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            if (!delivery.IsHere || !dispatcher.DeliverTo(host.HostId, delivery.RunId, delivery.Queue))
            {
                dispatcher.Deliver(delivery.RunId, delivery.Queue);
            }
        }
    }
}
