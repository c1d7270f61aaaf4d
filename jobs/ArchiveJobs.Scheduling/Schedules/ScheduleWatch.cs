using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>No good run by slot + grace: overdue, once; recovered, once. Conditional updates, so any number of hosts may look.</summary>
internal sealed class ScheduleWatch(IDbContextFactory<MasterContext> contexts, ScheduleObservers observers, IAlertSource alerts, TimeProvider time)
{
    public async Task LookAsync(int scheduleId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var schedule = await db.Schedules.AsNoTracking().FirstOrDefaultAsync(
            row => row.Id == scheduleId && row.IsEnabled && (row.WatchedSlotAt != null || row.OverdueSince != null), cancellationToken);
        if (schedule is null)
        {
            return;
        }

        var since = schedule.WatchedSlotAt ?? schedule.OverdueSince!.Value;
        if (await FindGoodAsync(db, schedule, since, cancellationToken) is { } good)
        {
            await EndAsync(db, schedule, good, cancellationToken);
        }
        else if (schedule.OverdueSince is null && schedule.GraceSeconds > 0 && time.GetUtcNow() >= since.AddSeconds(schedule.GraceSeconds))
        {
            await BeginOverdueAsync(db, schedule, since, cancellationToken);
        }
    }

    /// <summary>The newest good run, whoever asked for it, when it ended at or after that instant.</summary>
    private static Task<JobRun?> FindGoodAsync(MasterContext db, Schedule schedule, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var identity = RunLedger.IdentityOf(schedule.Kind, schedule.ArgumentsJson);
        return db.JobRuns.AsNoTracking()
            .Where(run => run.Identity == identity && (since == null || run.EndedAt >= since) && (run.State == RunState.Succeeded || run.State == RunState.CompletedWithWarnings))
            .OrderByDescending(run => run.EndedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The watch goes on with the oldest slot that was decided after that run.</summary>
    private async Task EndAsync(MasterContext db, Schedule schedule, JobRun good, CancellationToken cancellationToken)
    {
        var next = await db.JobRuns
            .Where(run => run.ScheduleId == schedule.Id && run.SlotAt > good.EndedAt && !(run.State == RunState.Skipped && run.Reason == RunReason.Person))
            .OrderBy(run => run.SlotAt).Select(run => run.SlotAt).FirstOrDefaultAsync(cancellationToken);
        var recovered = schedule.OverdueSince is { } overdue
            ? Event(schedule, ScheduleEventKind.Recovered, overdue, good.Id, $"run {good.Id} is good; overdue since {MissedSlots.Stamp(overdue)}", null)
            : null;
        await ChangeAsync(db, schedule, next, overdueSince: null, recovered, () => RecoverAsync(db, schedule), cancellationToken);
    }

    /// <summary>Ends what was said of a schedule without a notice: a person took it out of the watch. The caller's SaveChanges writes it.</summary>
    public async Task CloseAsync(MasterContext db, Schedule schedule)
    {
        foreach (var key in Keys)
        {
            await alerts.CloseAsync(db, ThingOf(schedule), key, CancellationToken.None);
        }
    }

    private async Task RecoverAsync(MasterContext db, Schedule schedule)
    {
        if (schedule.OverdueSince is not null)
        {
            foreach (var key in Keys)
            {
                await alerts.RecoverAsync(db, ThingOf(schedule), key, CancellationToken.None);
            }
        }
    }

    private static readonly string[] Keys = [SituationKeys.ScheduleOverdue, SituationKeys.ScheduleNeverGood];

    private static AlertThing ThingOf(Schedule schedule) => AlertThing.Of("schedule", schedule.Id, schedule.Name);

    private async Task BeginOverdueAsync(MasterContext db, Schedule schedule, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        var last = await FindGoodAsync(db, schedule, since: null, cancellationToken);
        var situation = new Situation(last is null ? SituationKeys.ScheduleNeverGood : SituationKeys.ScheduleOverdue, ErrorClass.Unknown)
            .With("job", schedule.Kind).With("p", ScheduleTitle.TargetOf(schedule)).With("schedule", schedule.Name).With("since", Stamp(slot));
        situation = last?.EndedAt is { } ended ? situation.With("date", Stamp(ended)) : situation;
        var newest = await db.JobRuns.Where(run => run.ScheduleId == schedule.Id && run.State != RunState.Skipped)
            .OrderByDescending(run => run.Id).Select(run => (long?)run.Id).FirstOrDefaultAsync(cancellationToken);
        situation = newest is { } look ? situation.With("run", look) : situation;
        var text = $"no good run by {MissedSlots.Stamp(slot)} and {TimeSpan.FromSeconds(schedule.GraceSeconds)} after; the last good one is {(last is null ? "none" : $"run {last.Id}")}";
        await ChangeAsync(
            db, schedule, schedule.WatchedSlotAt, slot, Event(schedule, ScheduleEventKind.Overdue, slot, null, text, SituationJson.Write(situation)),
            () => alerts.RaiseAsync(db, ThingOf(schedule), situation, slot, newest, CancellationToken.None), cancellationToken);
    }

    private ScheduleEvent Event(Schedule schedule, ScheduleEventKind kind, DateTimeOffset slot, long? runId, string text, string? situation) => new()
    {
        ScheduleId = schedule.Id, At = time.GetUtcNow(), Kind = kind, SlotAt = slot, RunId = runId, Text = text, SituationJson = situation,
    };

    private async Task ChangeAsync(
        MasterContext db, Schedule seen, DateTimeOffset? watched, DateTimeOffset? overdueSince, ScheduleEvent? told, Func<Task> alert, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var changed = await db.Schedules.Where(row => row.Id == seen.Id && row.Version == seen.Version).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.WatchedSlotAt, watched)
                .SetProperty(row => row.OverdueSince, overdueSince)
                .SetProperty(row => row.Version, row => row.Version + 1),
            CancellationToken.None);
        if (changed == 0)
        {
            return; // Somebody else was first; the next look sees it.
        }

        var events = told is null ? Array.Empty<ScheduleEvent>() : [told];
        db.ScheduleEvents.AddRange(events);
        await alert();
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        observers.Tell(seen, events);
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
