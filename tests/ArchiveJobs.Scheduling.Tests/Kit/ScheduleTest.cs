using System.Globalization;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Schedules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>Schedules on a clock that is moved by hand; it begins at 02:00 UTC.</summary>
public abstract class ScheduleTest : LedgerTest
{
    internal IScheduleService Schedules => Of(Host);

    internal static IScheduleService Of(TestHost host) => host.Services.GetRequiredService<IScheduleService>();

    internal static Task PlanAsync(TestHost host) => host.Services.GetRequiredService<SchedulePlanner>().PassAsync(CancellationToken.None);

    internal Task PlanAsync() => PlanAsync(Host);

    internal async Task PlanAtAsync(string time)
    {
        Time.AdjustTime(At(time));
        await PlanAsync();
    }

    internal Task<ScheduleView> AddAsync(
        string name = "hourly", string? cron = "0 * * * *", string? after = null, CatchUpRule catchUp = CatchUpRule.Last, int limit = 1, string? job = null,
        TimeSpan grace = default, TimeSpan jitter = default) => Schedules.AddAsync(
        new ScheduleSpec(name, "Scripted", $$"""{"name":"{{job ?? name}}"}""")
        {
            Cron = after is null ? cron : null, After = after, Zone = "UTC", CatchUp = catchUp, CatchUpLimit = limit, Grace = grace, Jitter = jitter,
        },
        "tanaka", CancellationToken.None);

    /// <summary>The rows of a schedule by slot, like "03:00 Queued Schedule" or "04:00 Skipped(Overlap)".</summary>
    internal async Task<string[]> RowsAsync(string name = "hourly")
    {
        var id = (await Schedules.GetAsync(name, CancellationToken.None)).Id;
        await using var db = await Host.OpenAsync();
        var rows = await db.JobRuns.AsNoTracking().Where(run => run.ScheduleId == id).OrderBy(run => run.SlotAt != null).ThenBy(run => run.SlotAt).ToListAsync();
        return [.. rows.Select(run =>
            $"{run.SlotAt?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? "-"} {(run.State == RunState.Skipped ? $"Skipped({run.Reason})" : $"{run.State} {run.Trigger}")}")];
    }

    internal async Task<ScheduleEventView[]> EventsAsync(ScheduleEventKind kind) =>
        [.. (await Schedules.ListEventsAsync(null, 0, 1000, CancellationToken.None)).Where(entry => entry.Kind == kind)];

    /// <summary>Carries the one queued run to its end.</summary>
    internal async Task<long> EndRunAsync(RunState state = RunState.Succeeded)
    {
        await using var db = await Host.OpenAsync();
        var id = await db.JobRuns.Where(run => run.State == RunState.Queued).Select(run => run.Id).SingleAsync();
        await Host.EndAsync(await Host.LeaseAsync(id), state);
        return id;
    }

    internal static DateTimeOffset At(string time) => DateTimeOffset.Parse(
        time.Length == 5 ? $"2026-11-24T{time}Z" : time, CultureInfo.InvariantCulture);
}
