using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>
/// First to start, last to stop: lock, schema, boot id, and the end of what a dead process left running. Nothing is delivered before it is through.
/// </summary>
internal sealed class SchedulingHost(
    MasterDatabase master, InstallationCheck installation, RunLedger ledger, HostIdentity host, SchedulingOptions options, TimeProvider time, ILogger<SchedulingHost> logger) : IHostedService, IDisposable
{
    private DataDirectoryLock? _lock;
    private bool _isRegistered;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = DataDirectoryLock.Take(options.DataDirectory, host, master.Provider.IsSingleHost, time.GetUtcNow());
        await master.MigrateAsync(cancellationToken);
        if (!master.Provider.IsSingleHost)
        {
            await CheckClockAsync(cancellationToken);
            await installation.RunAsync(cancellationToken);
        }

        await ledger.RegisterHostAsync(cancellationToken);
        _isRegistered = true;
        await CloseOtherBootsAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // A start that failed before the schema was there has nothing to mark.
        if (_isRegistered)
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

    /// <summary>Leases are compared by the clocks of several hosts.</summary>
    private async Task CheckClockAsync(CancellationToken cancellationToken)
    {
        var difference = (await master.Provider.ReadClockAsync(cancellationToken) - time.GetUtcNow()).Duration();
        if (difference <= options.MaxClockDifference)
        {
            return;
        }

        var situation = new Situation(SituationKeys.HostClock, ErrorClass.Refused)
            .With("host", host.Name).With("server", master.Provider.Server).With("seconds", (long)difference.TotalSeconds)
            .With("at", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        throw new ArchiveException(
            situation, $"The clock of this host differs by {(long)difference.TotalSeconds} s from that of the master database on {master.Provider.Server}. Set the clock, then start again.");
    }

    /// <summary>The lock proves that earlier processes of this data directory are dead: their runs need not wait for their leases.</summary>
    private async Task CloseOtherBootsAsync(CancellationToken cancellationToken)
    {
        var closed = 0;
        if (!await ledger.HasLiveAsync(cancellationToken))
        {
            Log.Started(logger, host.Name, host.BootId, closed);
            return;
        }

        while (await ledger.FindOfOtherBootsAsync(cancellationToken) is { Count: > 0 } orphans)
        {
            foreach (var orphan in orphans)
            {
                await ledger.CloseOrphanAsync(orphan);
            }

            closed += orphans.Count;
        }

        if (await ledger.IsAloneAsync(cancellationToken))
        {
            await ledger.ForgetDeliveriesAsync(cancellationToken);
        }

        Log.Started(logger, host.Name, host.BootId, closed);
    }
}
