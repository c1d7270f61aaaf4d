using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Schedules;

internal sealed partial class ScheduleService
{
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await db.Schedules.AsNoTracking().OrderBy(schedule => schedule.Name).ToListAsync(cancellationToken);
        var newest = db.JobRuns.Where(run => run.ScheduleId != null).GroupBy(run => run.ScheduleId).Select(group => group.Max(run => run.Id));
        var last = await db.JobRuns.AsNoTracking().Where(run => newest.Contains(run.Id)).ToDictionaryAsync(run => run.ScheduleId!.Value, cancellationToken);
        var names = all.ToDictionary(schedule => schedule.Id, schedule => schedule.Name);
        return all.ConvertAll(schedule => View(schedule, names, last.GetValueOrDefault(schedule.Id)));
    }

    public async Task<ScheduleView> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = await db.Schedules.AsNoTracking().ToListAsync(cancellationToken);
        var schedule = Find(all, name);
        var last = await db.JobRuns.AsNoTracking().Where(run => run.ScheduleId == schedule.Id).OrderByDescending(run => run.Id).FirstOrDefaultAsync(cancellationToken);
        return View(schedule, all.ToDictionary(row => row.Id, row => row.Name), last);
    }

    public async Task<IReadOnlyList<DateTimeOffset>> NextAsync(string name, int count, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var schedule = Find(await db.Schedules.AsNoTracking().ToListAsync(cancellationToken), name);
        if (!schedule.IsEnabled || SlotRule.Of(schedule) is not { } rule)
        {
            return [];
        }

        var now = time.GetUtcNow();
        var from = schedule.PausedUntil is { } until && until > now ? until.AddTicks(-1) : now;
        var skip = schedule.SkipNext ? 1 : 0;
        return [.. List(rule, from, Math.Clamp(count, 1, 1000) + skip).Skip(skip)];
    }

    public IReadOnlyList<DateTimeOffset> Preview(string? cron, TimeSpan? every, string? zone, int count)
    {
        var now = time.GetUtcNow();
        var rule = ScheduleForm.CheckRule(cron, every, ZoneName.Check(zone ?? ZoneName.Local(time)), now);
        return rule is null ? [] : [.. List(rule, now, Math.Clamp(count, 1, 1000))];
    }

    public async Task<IReadOnlyList<ScheduleEventView>> ListEventsAsync(int? scheduleId, long afterId, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var page = await db.ScheduleEvents.AsNoTracking()
            .Where(entry => entry.Id > afterId && (scheduleId == null || entry.ScheduleId == scheduleId))
            .OrderBy(entry => entry.Id).Take(Math.Clamp(limit, 1, 1000))
            .Join(db.Schedules, entry => entry.ScheduleId, schedule => schedule.Id, (entry, schedule) => new { Entry = entry, schedule.Name })
            .ToListAsync(cancellationToken);
        return [.. page.OrderBy(row => row.Entry.Id).Select(row => ScheduleObservers.View(row.Entry, row.Name))];
    }

    private static IEnumerable<DateTimeOffset> List(SlotRule rule, DateTimeOffset from, int count)
    {
        for (var slot = rule.After(from); slot is { } at && count > 0; slot = rule.After(at), count--)
        {
            yield return at;
        }
    }

    private static ScheduleView View(Schedule row, Dictionary<int, string> names, JobRun? last) => new(
        row.Id, row.Name, row.Kind, row.ArgumentsJson, row.Cron, row.EverySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        row.AfterScheduleId is { } after ? names.GetValueOrDefault(after) : null, row.Zone, row.IsEnabled, row.PausedUntil, row.SkipNext,
        row.CatchUp, row.CatchUpLimit, row.Overlap, TimeSpan.FromSeconds(row.JitterSeconds), TimeSpan.FromSeconds(row.GraceSeconds),
        row.IsEnabled ? row.NextSlotAt : null, PendingSlots.Read(row.PendingSlots), row.OverdueSince, last is null ? null : RunReader.Summarize(last), row.CreatedAt, row.CreatedBy);
}
