using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>
/// First to start, last to stop: lock, schema, boot id, and the end of what a dead process left running. Nothing is delivered before it is through.
/// </summary>
internal sealed class SchedulingHost(
    MasterDatabase master, RunLedger ledger, HostIdentity host, SchedulingOptions options, TimeProvider time, ILogger<SchedulingHost> logger) : IHostedService, IDisposable
{
    private DataDirectoryLock? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (master.Provider.IsSingleHost)
        {
            _lock = DataDirectoryLock.Take(options.DataDirectory, host, time.GetUtcNow());
        }

        await master.MigrateAsync(cancellationToken);
        await ledger.RegisterHostAsync(cancellationToken);
        if (master.Provider.IsSingleHost)
        {
            await CloseOtherBootsAsync(cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A start that failed before the schema was there has nothing to mark.
        if (_lock is not null || !master.Provider.IsSingleHost)
        {
            await ledger.MarkStoppedAsync();
        }

        Dispose();
    }

    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private async Task CloseOtherBootsAsync(CancellationToken cancellationToken)
    {
        var closed = 0;
        while (await ledger.FindOfOtherBootsAsync(cancellationToken) is { Count: > 0 } orphans)
        {
            foreach (var orphan in orphans)
            {
                await ledger.CloseOrphanAsync(orphan);
            }

            closed += orphans.Count;
        }

        await ledger.ForgetDeliveriesAsync(cancellationToken);
        Log.Started(logger, host.Name, host.BootId, closed);
    }
}
