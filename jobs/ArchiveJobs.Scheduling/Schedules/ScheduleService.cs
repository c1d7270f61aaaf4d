using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Schedules;

internal sealed partial class ScheduleService(
    IDbContextFactory<MasterContext> contexts, JobRegistry registry, SchedulePlanner planner, RunService runs, PlannerSignal signal,
    ScheduleObservers observers, ScheduleWatch watch, IAuditTrail audit, TimeProvider time) : IScheduleService
{
    public async Task<ScheduleView> AddAsync(ScheduleSpec spec, string by, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await db.Schedules.AsNoTracking().ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        var schedule = new Schedule
        {
            Name = spec.Name.Trim(),
            Kind = spec.Kind,
            ArgumentsJson = spec.ArgumentsJson,
            Cron = spec.Cron,
            EverySeconds = SecondsOf(spec.Every),
            AfterScheduleId = spec.After is { } after ? Find(all, after).Id : null,
            Zone = spec.Zone ?? ZoneName.Local(time),
            IsEnabled = spec.IsEnabled,
            CatchUp = spec.CatchUp,
            CatchUpLimit = spec.CatchUpLimit,
            Overlap = spec.Overlap,
            JitterSeconds = Whole(spec.Jitter),
            GraceSeconds = Whole(spec.Grace),
            LastSlotAt = now,
            CreatedAt = now,
            CreatedBy = by,
        };
        ScheduleForm.Check(schedule, all, registry, now);
        schedule.NextSlotAt = SlotRule.Of(schedule)?.After(now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.Schedules.Add(schedule);
        await db.SaveChangesAsync(cancellationToken);
        var created = Event(schedule, ScheduleEventKind.Created, by, $"made by {by}");
        db.ScheduleEvents.Add(created);
        audit.Add(db, ScheduleAudit.Added(schedule));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        Tell(schedule, created);
        return await GetAsync(schedule.Name, cancellationToken);
    }

    public Task<ScheduleView> SetAsync(string name, ScheduleChange change, string by, CancellationToken cancellationToken) =>
        ChangeAsync(name, ScheduleEventKind.Changed, by, (schedule, all) => Apply(schedule, change, all), cancellationToken);

    public Task<ScheduleView> PauseAsync(string name, DateTimeOffset? until, string by, CancellationToken cancellationToken)
    {
        if (until <= time.GetUtcNow())
        {
            throw new ScheduleException("The end of the pause is past. Give a later time, or none to pause until it is resumed.");
        }

        return ChangeAsync(
            name, ScheduleEventKind.Paused, by,
            (schedule, _) =>
            {
                schedule.IsEnabled = until is not null && schedule.IsEnabled;
                schedule.PausedUntil = until;
                schedule.WatchedSlotAt = null;
            },
            cancellationToken);
    }

    public Task<ScheduleView> ResumeAsync(string name, string by, CancellationToken cancellationToken) => ChangeAsync(
        name, ScheduleEventKind.Resumed, by,
        (schedule, _) =>
        {
            schedule.IsEnabled = true;
            schedule.PausedUntil = null;
            schedule.WatchedSlotAt = null;
            schedule.LastSlotAt = time.GetUtcNow();
        },
        cancellationToken);

    public Task<ScheduleView> SkipNextAsync(string name, string by, CancellationToken cancellationToken) =>
        ChangeAsync(name, ScheduleEventKind.SkipAsked, by, (schedule, _) => schedule.SkipNext = true, cancellationToken);

    public async Task RemoveAsync(string name, string by, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await db.Schedules.AsNoTracking().ToListAsync(cancellationToken);
        var schedule = Find(all, name);
        var followers = all.Where(other => other.AfterScheduleId == schedule.Id).Select(other => $"\"{other.Name}\"").ToList();
        if (followers.Count > 0)
        {
            throw new ScheduleException($"{string.Join(", ", followers)} {(followers.Count == 1 ? "follows" : "follow")} \"{schedule.Name}\". Change or remove {(followers.Count == 1 ? "it" : "them")} first.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        if (await db.Schedules.Where(row => row.Id == schedule.Id).ExecuteDeleteAsync(CancellationToken.None) == 0)
        {
            throw NotThere(name);   // Somebody else removed it meanwhile, and has told so.
        }

        audit.Add(db, ScheduleAudit.Removed(schedule, by));
        await watch.CloseAsync(db, schedule);
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        Tell(schedule, Event(schedule, ScheduleEventKind.Removed, by, $"removed by {by}"));
    }

    public async Task<QueuedRun> TriggerAsync(string name, string by, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await TriggerAsync(Find(await db.Schedules.AsNoTracking().ToListAsync(cancellationToken), name), by, cancellationToken);
    }

    public async Task<QueuedRun> TriggerAsync(int id, string by, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var schedule = await db.Schedules.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellationToken)
            ?? throw new ScheduleException($"There is no schedule with number {id}.");
        return await TriggerAsync(schedule, by, cancellationToken);
    }

    private Task<QueuedRun> TriggerAsync(Schedule schedule, string by, CancellationToken cancellationToken) =>
        runs.EnqueueForScheduleAsync(schedule.Id, schedule.Kind, schedule.ArgumentsJson, by, cancellationToken);

    /// <summary>
    /// What is due is decided before, and the change asks for the version that was read: a slot that comes due in between is decided in the next round. So none is lost.
    /// </summary>
    private async Task<ScheduleView> ChangeAsync(
        string name, ScheduleEventKind kind, string by, Action<Schedule, IReadOnlyList<Schedule>> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            var id = Find(await db.Schedules.AsNoTracking().ToListAsync(cancellationToken), name).Id;
            await planner.DecideAsync(id, cancellationToken);
            var all = await db.Schedules.AsNoTracking().ToListAsync(cancellationToken);
            var seen = all.Find(row => row.Id == id) ?? throw NotThere(name);
            var now = time.GetUtcNow();
            if (seen.IsEnabled && seen.NextSlotAt <= now && (seen.PausedUntil is null || seen.PausedUntil <= now) && registry.Find(seen.Kind) is not null)
            {
                continue;
            }

            var changed = await db.Schedules.AsNoTracking().FirstAsync(row => row.Id == id, cancellationToken);
            change(changed, all);
            ScheduleForm.Check(changed, [.. all.Where(row => row.Id != id), changed], registry, now);
            Recount(seen, changed, now);
            if (await WriteAsync(db, seen, changed, Event(changed, kind, by, $"{kind.ToString().ToLowerInvariant()} by {by}"), ScheduleAudit.Changed(kind, seen, changed, by)))
            {
                return await GetAsync(changed.Name, cancellationToken);
            }
        }
    }

    private static void Apply(Schedule schedule, ScheduleChange change, IReadOnlyList<Schedule> all)
    {
        schedule.Name = change.Name?.Trim() ?? schedule.Name;
        schedule.Kind = change.Kind ?? schedule.Kind;
        schedule.ArgumentsJson = change.ArgumentsJson ?? schedule.ArgumentsJson;
        if (change.Cron is not null || change.Every is not null || change.After is not null)
        {
            schedule.Cron = change.Cron;
            schedule.EverySeconds = SecondsOf(change.Every);
            schedule.AfterScheduleId = change.After is { } after ? Find(all, after).Id : null;
        }

        schedule.Zone = change.Zone ?? schedule.Zone;
        schedule.CatchUp = change.CatchUp ?? schedule.CatchUp;
        schedule.CatchUpLimit = change.CatchUpLimit ?? schedule.CatchUpLimit;
        schedule.JitterSeconds = change.Jitter is { } jitter ? Whole(jitter) : schedule.JitterSeconds;
        schedule.GraceSeconds = change.Grace is { } grace ? Whole(grace) : schedule.GraceSeconds;
        schedule.IsEnabled = change.IsEnabled ?? schedule.IsEnabled;
    }

    /// <summary>A new time, and a schedule that is enabled again, count from now on.</summary>
    private static void Recount(Schedule seen, Schedule changed, DateTimeOffset now)
    {
        var isNewTime = (seen.Cron, seen.EverySeconds, seen.AfterScheduleId, seen.Zone) != (changed.Cron, changed.EverySeconds, changed.AfterScheduleId, changed.Zone);
        if (isNewTime || (changed.IsEnabled && !seen.IsEnabled))
        {
            changed.LastSlotAt = now;
            changed.WatchedSlotAt = null;
        }

        if (!changed.IsEnabled)
        {
            changed.OverdueSince = null;
        }

        if (!changed.IsEnabled || (seen.Kind, seen.ArgumentsJson) != (changed.Kind, changed.ArgumentsJson))
        {
            changed.WatchedSlotAt = null;
        }

        var from = changed.PausedUntil is { } until && until > changed.LastSlotAt ? until.AddTicks(-1) : changed.LastSlotAt;
        changed.NextSlotAt = SlotRule.Of(changed)?.After(from);
    }

    private async Task<bool> WriteAsync(MasterContext db, Schedule seen, Schedule changed, ScheduleEvent told, AuditEntry entry)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var isSeen = await db.Schedules.Where(row => row.Id == seen.Id && row.Version == seen.Version)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Version, row => row.Version + 1)) > 0;
        if (!isSeen)
        {
            return false;
        }

        changed.Version = seen.Version + 1;
        db.Schedules.Update(changed);
        db.ScheduleEvents.Add(told);
        audit.Add(db, entry);
        if (seen.OverdueSince is not null && changed.OverdueSince is null)
        {
            await watch.CloseAsync(db, changed);
        }

        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        Tell(changed, told);
        return true;
    }

    private void Tell(Schedule schedule, ScheduleEvent told)
    {
        observers.Tell(schedule, [told]);
        signal.Wake();
    }

    private ScheduleEvent Event(Schedule schedule, ScheduleEventKind kind, string by, string text) => new()
    {
        ScheduleId = schedule.Id, At = time.GetUtcNow(), Kind = kind, Actor = by, Text = text,
    };

    private static Schedule Find(IReadOnlyList<Schedule> all, string name) =>
        all.FirstOrDefault(row => string.Equals(row.Name, name.Trim(), StringComparison.OrdinalIgnoreCase)) ?? throw NotThere(name);

    private static ScheduleException NotThere(string name) => new($"There is no schedule \"{name}\". See: archivejobs schedule list");

    private static long? SecondsOf(TimeSpan? every) => every is { } span ? (long)span.TotalSeconds : null;

    private static int Whole(TimeSpan span) => (int)Math.Clamp(span.TotalSeconds, int.MinValue, int.MaxValue);
}
