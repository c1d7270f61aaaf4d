using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class ScheduleAuditTests : ScheduleTest
{
    [Fact]
    public async Task Who_did_what_to_a_schedule_is_told_in_order()
    {
        await AddAsync();
        await Schedules.SetAsync("hourly", new ScheduleChange { Cron = "30 * * * *" }, "sato", CancellationToken.None);
        await Schedules.PauseAsync("hourly", null, "sato", CancellationToken.None);
        await Schedules.ResumeAsync("hourly", "suzuki", CancellationToken.None);
        await Schedules.SkipNextAsync("hourly", "suzuki", CancellationToken.None);
        await Schedules.RemoveAsync("hourly", "sato", CancellationToken.None);

        Assert.Equal(
            ["ScheduleAdd tanaka", "ScheduleChange sato", "SchedulePause sato", "ScheduleResume suzuki", "ScheduleSkip suzuki", "ScheduleDelete sato"],
            (await ToldAsync()).Select(entry => $"{entry.Action} {entry.Actor}"));
    }

    [Fact]
    public async Task What_is_different_is_told_before_and_after()
    {
        await AddAsync();
        await Schedules.SetAsync("hourly", new ScheduleChange { Cron = "30 * * * *", Grace = TimeSpan.FromMinutes(5) }, "sato", CancellationToken.None);

        var change = (await ToldAsync()).Single(entry => entry.Action == AuditActions.ScheduleChange);
        Assert.Equal("""{"cron":["0 * * * *","30 * * * *"],"graceSeconds":["0","300"]}""", change.DetailsJson);
        Assert.Equal(("schedule", "hourly"), (change.ObjectKind, change.ObjectName));
    }

    [Fact]
    public async Task A_change_that_is_refused_is_not_told()
    {
        await AddAsync();

        await Assert.ThrowsAsync<ScheduleException>(() => Schedules.SetAsync("hourly", new ScheduleChange { Zone = "Nowhere/Else" }, "sato", CancellationToken.None));
        await Assert.ThrowsAsync<ScheduleException>(() => Schedules.RemoveAsync("daily", "sato", CancellationToken.None));

        Assert.Equal(["ScheduleAdd"], (await ToldAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_change_that_cannot_be_told_does_not_happen()
    {
        await AddAsync();
        await using (var db = await Host.OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full BEFORE INSERT ON AuditEvents BEGIN SELECT RAISE(ABORT, 'no room'); END");
        }

        await Assert.ThrowsAsync<DbUpdateException>(() => Schedules.SkipNextAsync("hourly", "sato", CancellationToken.None));
        await Assert.ThrowsAsync<DbUpdateException>(() => Schedules.RemoveAsync("hourly", "sato", CancellationToken.None));

        Assert.False((await Schedules.GetAsync("hourly", CancellationToken.None)).SkipNext);
    }

    [Fact]
    public async Task Slots_that_become_no_run_are_told_with_their_reason()
    {
        await AddAsync(catchUp: CatchUpRule.None);
        await PlanAtAsync("03:00");                      // its run is not over at 04:00
        await PlanAtAsync("04:00");
        await EndRunAsync();
        await PlanAtAsync("06:30");                      // 05:00 and 06:00 are missed
        await Schedules.SkipNextAsync("hourly", "sato", CancellationToken.None);
        await PlanAtAsync("07:00");

        var skipped = (await ToldAsync()).Where(entry => entry.Action == AuditActions.SlotSkip).ToList();
        Assert.Equal([AuditLevel.Warning, AuditLevel.Warning, AuditLevel.Information], skipped.Select(entry => entry.Level));
        Assert.All(skipped, entry => Assert.Equal((AuditActorKind.System, "schedule hourly"), (entry.ActorKind, entry.Actor)));
        Assert.Contains("\"slot\":\"2026-11-24T04:00:00Z\",\"reason\":\"Overlap\"", skipped[0].DetailsJson, StringComparison.Ordinal);
        Assert.Contains("missed 2 slots: 2026-11-24T05:00Z, 2026-11-24T06:00Z", skipped[1].DetailsJson, StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"Person\"", skipped[2].DetailsJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_a_pause_by_itself_is_told()
    {
        await AddAsync();
        await Schedules.PauseAsync("hourly", At("04:30"), "sato", CancellationToken.None);
        await PlanAtAsync("05:00");

        var over = (await ToldAsync()).Single(entry => entry.Action == AuditActions.ScheduleResume);
        Assert.Equal((AuditActorKind.System, """{"pausedUntil":"2026-11-24T04:30:00Z"}"""), (over.ActorKind, over.DetailsJson));
    }

    /// <summary>Of schedules, in order.</summary>
    private async Task<List<AuditEvent>> ToldAsync()
    {
        await using var db = await Host.OpenAsync();
        return await db.AuditEvents.AsNoTracking().Where(entry => entry.ObjectKind == "schedule").OrderBy(entry => entry.Id).ToListAsync();
    }
}
