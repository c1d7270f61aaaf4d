using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>
/// Other hosts that are silent, and the planner of this one. A lost start of a host is told once, whatever becomes of the alert; it is over when that start is heard again or
/// its machine has started anew. Any number of hosts may look: the cause of an alert is unique.
/// </summary>
internal sealed class HostWatch(
    IDbContextFactory<MasterContext> contexts, IAlertSource alerts, HostIdentity host, PlannerPulse planner, SchedulingOptions options, TimeProvider time)
{
    private const string Type = "host";

    // A crash of so long ago interests nobody who is told of it only now.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(7);

    /// <summary>Later than its leases end, so that its runs are counted when it is told.</summary>
    private TimeSpan LostAfter => options.LeaseTime + options.RenewEvery;

    public async Task LookAtOthersAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var (silentSince, oldest) = (now - LostAfter, now - Oldest);
        var silent = await db.JobHosts.AsNoTracking()
            .Where(row => row.StoppedAt == null && row.HeartbeatAt < silentSince && row.HeartbeatAt > oldest
                && !db.JobHosts.Any(other => other.Name == row.Name && other.StartedAt > row.HeartbeatAt))
            .ToListAsync(cancellationToken);
        foreach (var lost in silent)
        {
            await TellLostAsync(db, lost, cancellationToken);
        }

        var open = await db.RaisedAlerts.AsNoTracking()
            .Where(alert => alert.State == RaisedAlertState.Open && alert.ThingType == Type && alert.SituationKey == SituationKeys.HostLost)
            .ToListAsync(cancellationToken);
        foreach (var alert in open)
        {
            var isHeard = Guid.TryParse(alert.ThingKey, out var boot) && await db.JobHosts.AnyAsync(row => row.BootId == boot && row.HeartbeatAt >= silentSince, cancellationToken);
            if (isHeard || await db.JobHosts.AnyAsync(row => row.Name == alert.ThingName && row.StartedAt > alert.Since, cancellationToken))
            {
                await alerts.RecoverAsync(db, new AlertThing(Type, alert.ThingKey, alert.ThingName), SituationKeys.HostLost, cancellationToken);
                await WatchSaving.SaveAsync(db, cancellationToken);
            }
        }
    }

    private async Task TellLostAsync(MasterContext db, JobHost lost, CancellationToken cancellationToken)
    {
        var thing = new AlertThing(Type, lost.BootId.ToString("N"), lost.Name);
        if (await db.RaisedAlerts.AnyAsync(alert => alert.ThingType == Type && alert.ThingKey == thing.Key && alert.SituationKey == SituationKeys.HostLost, cancellationToken))
        {
            return;
        }

        var moved = await db.JobRunAttempts.CountAsync(attempt => attempt.BootId == lost.BootId && attempt.EndState == RunState.Interrupted, cancellationToken);
        var situation = new Situation(SituationKeys.HostLost, ErrorClass.Unknown).With("host", lost.Name).With("n", moved).With("since", Stamp(lost.HeartbeatAt));
        await alerts.RaiseAsync(db, thing, situation, lost.HeartbeatAt, runId: null, cancellationToken);
        await WatchSaving.SaveAsync(db, cancellationToken);
    }

    /// <summary>To be called at each heartbeat: counts those without a look of the planner in between, so that a database that was away, for both of them, is no silence.</summary>
    public async Task LookAtPlannerAsync(CancellationToken cancellationToken)
    {
        var change = planner.Count(time.GetUtcNow());
        if (change is PlannerChange.None)
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var thing = new AlertThing(Type, host.Name, host.Name);
        if (change is PlannerChange.IsSilent)
        {
            var situation = new Situation(SituationKeys.PlannerSilent, ErrorClass.Unknown).With("host", host.Name).With("since", Stamp(planner.HeardAt));
            await alerts.RaiseAsync(db, thing, situation, planner.HeardAt, runId: null, cancellationToken);
        }
        else
        {
            await alerts.RecoverAsync(db, thing, SituationKeys.PlannerSilent, cancellationToken);
        }

        await WatchSaving.SaveAsync(db, cancellationToken);
        planner.Told();
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>How the watch writes what it has decided.</summary>
internal static class WatchSaving
{
    public static async Task SaveAsync(MasterContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            db.ChangeTracker.Clear();   // Another host told the same first; if it was something else, the next look tries again.
        }
    }
}
