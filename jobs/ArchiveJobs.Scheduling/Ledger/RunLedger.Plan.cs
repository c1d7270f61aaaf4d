using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Schedules;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

/// <summary>The run of the same kind and arguments that is not over.</summary>
internal sealed record LiveRun(long Id, RunState State, RunReason Reason, DateTimeOffset Since, DateTimeOffset StateSince);

/// <summary>What a decision wrote.</summary>
/// <param name="ToDeliver">The run that may start at once; null when none was queued, or its jitter is not over.</param>
/// <param name="Events">The schedule's, with their ids.</param>
internal sealed record PlannedSlots(long? ToDeliver, IReadOnlyList<ScheduleEvent> Events);

internal sealed partial class RunLedger
{
    public async Task<LiveRun?> FindLiveAsync(string identity, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        return await db.JobRuns.Where(run => run.LiveIdentity == identity)
            .Select(run => new LiveRun(run.Id, run.State, run.Reason, run.StartedAt ?? run.CreatedAt, run.StateSince))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Transitions 1 and 2 for the slots of a schedule, with its cursor, in one transaction.</summary>
    /// <param name="make">A row for a slot, with what is asked for; its state columns are set here.</param>
    /// <returns>Null when the schedule was changed since it was read: somebody else decided, or it was edited. Nothing was written.</returns>
    /// <exception cref="DbUpdateException">The same was queued between the look and the insert. Nothing was written; look again.</exception>
    public async Task<PlannedSlots?> PlanAsync(Schedule seen, SlotDecision decision, LiveRun? live, Func<DateTimeOffset, JobRun> make)
    {
        await using var db = await OpenAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = Now;
        if (!await MoveCursorAsync(db, seen, decision))
        {
            return null;
        }

        var rows = new List<(JobRun Run, Transition Transition)>();
        foreach (var planned in RowsOf(seen, decision, live, make, now))
        {
            // A clock that was set back makes a slot come twice; the row of the first time stands.
            if (!await db.JobRuns.AnyAsync(run => run.ScheduleId == seen.Id && run.SlotAt == planned.Run.SlotAt))
            {
                rows.Add(planned);
            }
        }

        db.JobRuns.AddRange(rows.Select(row => row.Run));
        await db.SaveChangesAsync();
        foreach (var (run, transition) in rows)
        {
            AddEvent(db, run.Id, transition, now);
            audit.Add(db, transition.To == RunState.Queued ? RunAudit.Triggered(run) : ScheduleAudit.SlotSkipped(seen, run, transition.Text));
        }

        if (decision.IsPauseOver)
        {
            audit.Add(db, ScheduleAudit.PauseOver(seen));
        }

        var events = EventsOf(seen, decision, rows.Find(row => row.Run.Reason == RunReason.Missed).Run?.Id, now);
        db.ScheduleEvents.AddRange(events);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        foreach (var (run, transition) in rows)
        {
            Announce(run.Id, transition, now);
        }

        return new PlannedSlots(rows.Find(row => row.Run is { State: RunState.Queued, NotBefore: null }).Run?.Id, events);
    }

    private static async Task<bool> MoveCursorAsync(MasterContext db, Schedule seen, SlotDecision decision)
    {
        var pending = PendingSlots.Write(decision.Pending);
        var watched = seen.WatchedSlotAt ?? (seen.GraceSeconds > 0 ? decision.Watched : null);
        return await db.Schedules.Where(schedule => schedule.Id == seen.Id && schedule.Version == seen.Version).ExecuteUpdateAsync(set =>
        {
            set.SetProperty(schedule => schedule.LastSlotAt, decision.LastSlotAt)
                .SetProperty(schedule => schedule.NextSlotAt, decision.NextSlotAt)
                .SetProperty(schedule => schedule.PendingSlots, pending)
                .SetProperty(schedule => schedule.WatchedSlotAt, watched)
                .SetProperty(schedule => schedule.Version, schedule => schedule.Version + 1);
            if (decision.Skipped is not null)
            {
                set.SetProperty(schedule => schedule.SkipNext, false);
            }

            if (decision.IsPauseOver)
            {
                set.SetProperty(schedule => schedule.PausedUntil, (DateTimeOffset?)null);
            }
        }) > 0;
    }

    private static IEnumerable<(JobRun Run, Transition Transition)> RowsOf(
        Schedule seen, SlotDecision decision, LiveRun? live, Func<DateTimeOffset, JobRun> make, DateTimeOffset now)
    {
        if (decision.Missed is { } missed)
        {
            yield return Skip(make(missed.Newest), new Transition(RunState.Skipped, RunReason.Missed, missed.Describe()), now);
        }

        if (decision.Skipped is { } skipped)
        {
            yield return Skip(make(skipped), new Transition(RunState.Skipped, RunReason.Person, "a person said that this slot is passed over"), now);
        }

        if (decision.Held is { } held && live is not null)
        {
            yield return Skip(make(held), Hold(seen, held, live), now);
        }

        if (decision.Run is { } planned)
        {
            var run = make(planned.SlotAt);
            run.Trigger = planned.Trigger;
            run.LiveIdentity = run.Identity;
            run.StateSince = run.CreatedAt = now;
            run.NotBefore = run.NotBefore > now ? run.NotBefore : null;
            run.DeliveredAt = run.NotBefore is null ? now : null; // The caller delivers right after; if it dies before, the reconciler does it later.
            var text = $"queued for {MissedSlots.Stamp(planned.SlotAt)} of schedule \"{seen.Name}\" ({planned.Trigger})";
            yield return (run, new Transition(RunState.Queued, RunReason.None, text) { NotBefore = run.NotBefore });
        }
    }

    private static (JobRun Run, Transition Transition) Skip(JobRun run, Transition skipped, DateTimeOffset now)
    {
        run.State = skipped.To;
        run.Reason = skipped.Reason;
        run.SituationJson = skipped.Situation is { } known ? SituationJson.Write(known) : null;
        run.NotBefore = null;
        run.StateSince = run.CreatedAt = now;
        run.EndedAt = now;
        return (run, skipped);
    }

    private static Transition Hold(Schedule seen, DateTimeOffset slot, LiveRun live)
    {
        if (live is { State: RunState.Waiting, Reason: RunReason.Authentication })
        {
            var refused = new Situation(SituationKeys.ScheduleCircuit, ErrorClass.Authentication)
                .With("p", ScheduleTitle.TargetOf(seen)).With("at", Stamp(slot)).With("since", Stamp(live.StateSince)).With("run", live.Id);
            return new Transition(RunState.Skipped, RunReason.Circuit, $"run {live.Id} waits for a password") { Situation = refused };
        }

        var going = new Situation(SituationKeys.ScheduleOverlap, ErrorClass.Refused)
            .With("job", seen.Kind).With("p", ScheduleTitle.TargetOf(seen)).With("at", Stamp(slot)).With("run", live.Id).With("start", Stamp(live.Since));
        return new Transition(RunState.Skipped, RunReason.Overlap, $"run {live.Id} is not over") { Situation = going };
    }

    private static List<ScheduleEvent> EventsOf(Schedule seen, SlotDecision decision, long? missedRow, DateTimeOffset now)
    {
        var events = new List<ScheduleEvent>();
        if (decision.WasClockSetBack)
        {
            var text = $"the clock was set back: slots up to {MissedSlots.Stamp(seen.LastSlotAt)} had been decided; those that ran do not run again";
            events.Add(new ScheduleEvent { ScheduleId = seen.Id, At = now, Kind = ScheduleEventKind.ClockSetBack, Text = text });
        }

        if (decision.IsPauseOver)
        {
            events.Add(new ScheduleEvent { ScheduleId = seen.Id, At = now, Kind = ScheduleEventKind.Resumed, Text = "the pause is over" });
        }

        if (decision.Missed is { } missed && missedRow is not null)
        {
            events.Add(new ScheduleEvent
            {
                ScheduleId = seen.Id, At = now, Kind = ScheduleEventKind.Missed, SlotAt = missed.Newest, RunId = missedRow, Text = missed.Describe(),
            });
        }

        return events;
    }
}
