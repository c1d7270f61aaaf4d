using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Scheduling.Tests.Kit;
using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

public class HangfireMirrorTests : ScheduleTest
{
    [Fact]
    public async Task Every_enabled_schedule_is_a_recurring_job_by_its_name()
    {
        var host = NewHost(DeliveryKind.Hangfire);
        await AddAsync("daily", cron: "0 2 * * *");
        await AddAsync("chained", after: "daily");
        var off = await AddAsync("off");
        await SyncAsync(host);
        Assert.Equal(["schedule-1: daily 0 2 * * *", "schedule-2: chained 0 0 31 2 *", $"schedule-{off.Id}: off 0 * * * *"], Recurring(host));

        await Schedules.PauseAsync("off", null, "tanaka", CancellationToken.None);
        await Schedules.SetAsync("daily", new ScheduleChange { Name = "nightly", Cron = "0 3 * * *" }, "tanaka", CancellationToken.None);
        await SyncAsync(host);

        Assert.Equal(["schedule-1: nightly 0 3 * * *", "schedule-2: chained 0 0 31 2 *"], Recurring(host));
    }

    [Fact]
    public async Task Triggered_by_hand_in_Hangfire_it_is_a_run_by_hand()
    {
        Host.Kill();
        var host = await NewHost(DeliveryKind.Hangfire).StartAsync();
        await AddAsync();
        await SyncAsync(host);
        var ended = new TaskCompletionSource<long>();
        Script.Body = (context, _) =>
        {
            ended.TrySetResult(context.RunId);
            return Task.FromResult(Script.Done);
        };

        new RecurringJobManager(host.Services.GetRequiredService<HangfireDispatcher>().Storage).Trigger("schedule-1: hourly");

        var run = await host.RowAsync(await ended.Task);
        Assert.Equal((RunTrigger.Manual, "hangfire", (int?)1, (DateTimeOffset?)null), (run.Trigger, run.RequestedBy, run.ScheduleId, run.SlotAt));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_loop_of_a_host_finds_a_slot_when_its_time_comes()
    {
        Host.Kill();
        var ended = new TaskCompletionSource<long>();
        Script.Body = (context, _) =>
        {
            ended.TrySetResult(context.RunId);
            return Task.FromResult(Script.Done);
        };
        await AddAsync();
        var host = await NewHost(DeliveryKind.Hangfire).StartAsync();
        Time.AdjustTime(At("03:00"));
        host.Services.GetRequiredService<PlannerSignal>().Wake();

        var run = await host.RowAsync(await ended.Task);
        Assert.Equal((RunTrigger.Schedule, (DateTimeOffset?)At("03:00")), (run.Trigger, run.SlotAt));
        await host.StopAsync();
    }

    private static Task SyncAsync(TestHost host) => host.Services.GetRequiredService<IScheduleMirror>().SyncAsync(CancellationToken.None);

    private static string[] Recurring(TestHost host)
    {
        using var connection = host.Services.GetRequiredService<HangfireDispatcher>().Storage.GetConnection();
        return [.. connection.GetRecurringJobs().Select(job => $"{job.Id} {job.Cron}").Order(StringComparer.Ordinal)];
    }
}
