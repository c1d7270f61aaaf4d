using System.Collections.Immutable;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Decides what becomes of due slots. Pure: the same row, clock and answer give the same decision on every host.</summary>
internal static class SlotDecider
{
    /// <summary>A slot decided later than this after its time is missed. Half of what two hosts may disagree by is far below it.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    /// <summary>Null when nothing is to be written.</summary>
    /// <param name="isLive">A run of the same kind and arguments is not over.</param>
    public static SlotDecision? Decide(Schedule schedule, SlotRule rule, DateTimeOffset now, bool isLive)
    {
        var setBack = schedule.LastSlotAt > now + OnTime;
        var cursor = setBack ? now : schedule.LastSlotAt;
        if (schedule.PausedUntil is { } until && now < until)
        {
            return DuringPause(schedule, rule, cursor, until, now, setBack);
        }

        var isPauseOver = schedule.PausedUntil is not null;
        if (schedule.PausedUntil is { } ended && ended.AddTicks(-1) > cursor)
        {
            cursor = ended.AddTicks(-1);
        }

        var pending = PendingSlots.Read(schedule.PendingSlots);
        var due = rule.Newest(cursor, now, MissedSlots.Most);
        if (due.Count == 0 && !setBack && !isPauseOver && (pending.IsEmpty || isLive))
        {
            return null;
        }

        var span = new DueSlots(cursor, due, AreMore: due.Count == MissedSlots.Most && rule.After(cursor) < due[0], rule);
        var decision = Sort(schedule, span, pending, now, isLive);
        var last = due.Count > 0 ? due[^1] : cursor;
        return decision with { LastSlotAt = last, NextSlotAt = rule.After(last), IsPauseOver = isPauseOver, WasClockSetBack = setBack };
    }

    /// <summary>The same for a chain: one slot, which is the end of the newest good run before it.</summary>
    /// <param name="end">Null when none has ended since the cursor.</param>
    public static SlotDecision? DecideChain(Schedule schedule, SlotRun? end, DateTimeOffset now, bool isLive)
    {
        if (end is not { } followed)
        {
            var isPauseOver = schedule.PausedUntil <= now;
            return isPauseOver ? new SlotDecision { LastSlotAt = schedule.LastSlotAt, IsPauseOver = true } : null;
        }

        var decision = new SlotDecision { LastSlotAt = followed.SlotAt, IsPauseOver = schedule.PausedUntil <= now };
        return schedule.PausedUntil > followed.SlotAt ? decision
            : schedule.SkipNext ? decision with { Skipped = followed.SlotAt }
            : schedule.CatchUp == CatchUpRule.None && followed.SlotAt <= now - OnTime ? decision with { Missed = new([followed.SlotAt], false, followed.SlotAt, null) }
            : isLive ? decision with { Held = followed.SlotAt }
            : decision with { Run = followed };
    }

    /// <summary>What passes now does not count; the first slot that does is the first one not before the end.</summary>
    private static SlotDecision? DuringPause(Schedule schedule, SlotRule rule, DateTimeOffset cursor, DateTimeOffset until, DateTimeOffset now, bool setBack)
    {
        var next = rule.After(until.AddTicks(-1));
        return next == schedule.NextSlotAt && !setBack
            ? null
            : new SlotDecision { LastSlotAt = setBack ? now : cursor, NextSlotAt = next, Pending = PendingSlots.Read(schedule.PendingSlots), WasClockSetBack = setBack };
    }

    private static SlotDecision Sort(Schedule schedule, DueSlots due, ImmutableArray<DateTimeOffset> pending, DateTimeOffset now, bool isLive)
    {
        var slots = due.Slots.ToImmutableArray();
        DateTimeOffset? skipped = null;
        var oldest = due.Oldest;
        if (schedule.SkipNext && oldest is not null)
        {
            skipped = oldest;
            slots = slots.Remove(oldest.Value);
        }

        DateTimeOffset? fresh = !slots.IsEmpty && slots[^1] > now - OnTime ? slots[^1] : null;
        var missed = fresh is null ? slots : slots.RemoveAt(slots.Length - 1);
        var kept = schedule.CatchUp switch
        {
            CatchUpRule.None => 0,
            CatchUpRule.Last => fresh is null || isLive ? 1 : 0,
            _ => schedule.CatchUpLimit,
        };
        pending = [.. pending, .. missed];
        if (schedule.CatchUp == CatchUpRule.All && fresh is { } joins && !pending.IsEmpty)
        {
            pending = pending.Add(joins);
            fresh = null;
        }

        var tooMany = Math.Max(0, pending.Length - kept);
        var given = pending[..tooMany];
        pending = pending[tooMany..];
        SlotRun? run = null;
        DateTimeOffset? held = null;
        if (fresh is not null)
        {
            run = isLive ? null : new SlotRun(fresh.Value, RunTrigger.Schedule);
            held = isLive ? fresh : null;
        }
        else if (!pending.IsEmpty && !isLive)
        {
            run = new SlotRun(pending[0], RunTrigger.CatchUp);
            pending = pending.RemoveAt(0);
        }

        // Of the rule "last", the run that starts now or soon stands for those before it.
        var madeUpBy = schedule.CatchUp == CatchUpRule.Last ? run?.SlotAt ?? (pending.IsEmpty ? null : pending[0]) : null;
        var lost = given.IsEmpty ? null : new MissedSlots(given, due.AreMore, due.AreMore ? oldest!.Value : given[0], madeUpBy);
        return new SlotDecision { LastSlotAt = now, Run = run, Held = held, Skipped = skipped, Missed = lost, Pending = pending };
    }

    /// <param name="AreMore">Older ones were left out.</param>
    private readonly record struct DueSlots(DateTimeOffset Cursor, IReadOnlyList<DateTimeOffset> Slots, bool AreMore, SlotRule Rule)
    {
        public DateTimeOffset? Oldest => Slots.Count == 0 ? null : AreMore ? Rule.After(Cursor) : Slots[0];
    }
}
