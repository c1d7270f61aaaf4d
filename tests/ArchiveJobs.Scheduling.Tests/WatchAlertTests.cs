using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>What nobody asked for and nobody would notice: said once, and once that it is over.</summary>
public sealed class WatchAlertTests : ScheduleTest
{
    public override async ValueTask InitializeAsync() => await NewHost(configure: services => services.AddSingleton<IAlertSource, FakeAlerts>()).BootAsync();

    [Fact]
    public async Task An_overdue_schedule_raises_one_alert_and_a_good_run_ends_it()
    {
        await AddAsync(grace: TimeSpan.FromMinutes(30));
        await PlanAtAsync("03:00");
        await EndRunAsync();
        await PlanAtAsync("04:00");
        await EndRunAsync(RunState.Failed);
        await PlanAtAsync("04:29");
        Assert.Empty(await AlertsAsync());

        await PlanAtAsync("04:30");
        await PlanAtAsync("04:45");
        Assert.Equal(["schedule.overdue Open"], await AlertsAsync());

        await PlanAtAsync("05:00");
        await EndRunAsync();
        await PlanAtAsync("05:01");
        await PlanAtAsync("05:02");
        Assert.Equal(["schedule.overdue Recovered"], await AlertsAsync());
    }

    [Fact]
    public async Task One_that_never_had_a_good_run_says_so()
    {
        await AddAsync(grace: TimeSpan.FromMinutes(30));
        await PlanAtAsync("03:00");
        await EndRunAsync(RunState.Failed);
        await PlanAtAsync("03:30");
        Assert.Equal(["schedule.never-good Open"], await AlertsAsync());

        await PlanAtAsync("04:00");
        await EndRunAsync();
        await PlanAtAsync("04:01");
        Assert.Equal(["schedule.never-good Recovered"], await AlertsAsync());
    }

    [Fact]
    public async Task What_is_overdue_and_told_is_one_transaction()
    {
        await AddAsync(grace: TimeSpan.FromMinutes(30));
        await PlanAtAsync("03:00");
        await EndRunAsync(RunState.Failed);
        await using (var db = await Host.OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full BEFORE INSERT ON RaisedAlerts BEGIN SELECT RAISE(ABORT, 'no room'); END");
        }

        await PlanAtAsync("03:30");

        Assert.Null((await Schedules.GetAsync("hourly", CancellationToken.None)).OverdueSince);
        Assert.Empty(await EventsAsync(ScheduleEventKind.Overdue));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_schedule_that_is_paused_or_removed_is_overdue_no_more_and_nobody_is_told_that_it_works(bool isPaused)
    {
        await AddAsync(grace: TimeSpan.FromMinutes(30));
        await PlanAtAsync("03:00");
        await EndRunAsync(RunState.Failed);
        await PlanAtAsync("03:30");

        await (isPaused ? Schedules.PauseAsync("hourly", null, "sato", CancellationToken.None) : Schedules.RemoveAsync("hourly", "sato", CancellationToken.None));

        Assert.Equal(["schedule.never-good Closed"], await AlertsAsync());
    }

    [Fact]
    public async Task A_silent_host_is_told_once_and_its_next_start_ends_it()
    {
        await AddHostAsync("archive02", "01:00");
        await LookAtHostsAsync();
        await LookAtHostsAsync();
        Assert.Equal(["host.lost Open"], await AlertsAsync());
        await using (var db = await Host.OpenAsync())
        {
            await db.RaisedAlerts.ExecuteUpdateAsync(set => set.SetProperty(alert => alert.State, RaisedAlertState.Closed).SetProperty(alert => alert.LiveCause, (string?)null));
        }

        await LookAtHostsAsync();   // A person took note: not again.
        Assert.Equal(["host.lost Closed"], await AlertsAsync());
        await AddHostAsync("archive03", "01:00");
        await LookAtHostsAsync();
        await AddHostAsync("archive03", "02:00");
        await LookAtHostsAsync();

        Assert.Equal(["host.lost Closed", "host.lost Recovered"], await AlertsAsync());
    }

    [Fact]
    public async Task A_host_that_stopped_in_good_order_or_has_started_anew_is_not_lost()
    {
        await AddHostAsync("archive02", "01:00", stopped: "01:30");
        await AddHostAsync("archive03", "01:00");
        await AddHostAsync("archive03", "01:59");

        await LookAtHostsAsync();

        Assert.Empty(await AlertsAsync());
    }

    [Fact]
    public async Task A_planner_that_does_not_look_for_ten_minutes_is_told_once_and_its_next_look_ends_it()
    {
        var pulse = Host.Services.GetRequiredService<PlannerPulse>();
        var watch = Host.Services.GetRequiredService<HostWatch>();
        pulse.Begin(Time.GetUtcNow());
        for (var heartbeats = 0; heartbeats < 39; heartbeats++)
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            await watch.LookAtPlannerAsync(CancellationToken.None);
        }

        Assert.Empty(await AlertsAsync());
        for (var heartbeats = 0; heartbeats < 50; heartbeats++)
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            await watch.LookAtPlannerAsync(CancellationToken.None);
        }

        Assert.Equal(["planner.silent Open"], await AlertsAsync());
        pulse.Beat(Time.GetUtcNow());
        await watch.LookAtPlannerAsync(CancellationToken.None);
        Assert.Equal(["planner.silent Recovered"], await AlertsAsync());
    }

    [Fact]
    public async Task The_planner_of_a_host_beats_while_it_looks()
    {
        Host.Kill();   // One host a data directory.
        var host = await NewHost(DeliveryKind.Hangfire).StartAsync();
        var pulse = host.Services.GetRequiredService<PlannerPulse>();

        var seen = pulse.Count(Time.GetUtcNow());
        for (var waited = 0; waited < 1000 && seen is not PlannerChange.IsHeard; waited++)
        {
            await Task.Delay(10);
            seen = pulse.Count(Time.GetUtcNow());
        }

        await host.StopAsync();
        Assert.Equal(PlannerChange.IsHeard, seen);
    }

    [Fact]
    public async Task A_run_three_times_as_long_as_usual_is_told_once_and_its_good_end_ends_it()
    {
        await RunForAsync(TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(60));
        var lease = await Host.LeaseAsync(await Host.QueueAsync());
        Time.Advance(TimeSpan.FromMinutes(29));
        await LookAtRunsAsync();
        Assert.Empty(await AlertsAsync());

        Time.Advance(TimeSpan.FromMinutes(1));
        await LookAtRunsAsync();
        await LookAtRunsAsync();
        Assert.Equal(["run.slow Open"], await AlertsAsync());

        await Host.EndAsync(lease);
        await LookAtRunsAsync();
        Assert.Equal(["run.slow Recovered"], await AlertsAsync());
    }

    [Fact]
    public async Task A_slow_run_that_fails_has_an_alert_of_its_own_and_no_recovery()
    {
        await RunForAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        var lease = await Host.LeaseAsync(await Host.QueueAsync());
        Time.Advance(TimeSpan.FromMinutes(30));
        await LookAtRunsAsync();
        await Host.EndAsync(lease, RunState.Failed);

        await LookAtRunsAsync();

        Assert.Equal(["run.slow Closed"], await AlertsAsync());
    }

    [Theory]
    [InlineData(2, 600)]    // too few to know what is usual
    [InlineData(3, 14)]     // three times as long, and still short
    public async Task What_is_not_known_or_short_is_not_slow(int before, int minutes)
    {
        await RunForAsync([.. Enumerable.Repeat(TimeSpan.FromMinutes(1), before)]);
        await Host.LeaseAsync(await Host.QueueAsync());
        Time.Advance(TimeSpan.FromMinutes(minutes));

        await LookAtRunsAsync();

        Assert.Empty(await AlertsAsync());
    }

    [Fact]
    public async Task The_reconciler_looks_at_each_heartbeat()
    {
        await RunForAsync(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(10));
        var lease = await Host.LeaseAsync(await Host.QueueAsync());
        Time.Advance(TimeSpan.FromMinutes(31));
        await using (var db = await Host.OpenAsync())
        {
            await db.JobRuns.Where(run => run.Id == lease.RunId).ExecuteUpdateAsync(set => set.SetProperty(run => run.LeaseUntil, Time.GetUtcNow().AddMinutes(1)));
        }

        await PassAsync();

        Assert.Equal(["run.slow Open"], await AlertsAsync());
    }

    private Task<string[]> AlertsAsync() => FakeAlerts.ListAsync(Host);

    private Task LookAtHostsAsync() => Host.Services.GetRequiredService<HostWatch>().LookAtOthersAsync(CancellationToken.None);

    private Task LookAtRunsAsync() => Host.Services.GetRequiredService<SlowRunWatch>().LookAsync(CancellationToken.None);

    private async Task RunForAsync(params TimeSpan[] times)
    {
        foreach (var span in times)
        {
            var lease = await Host.LeaseAsync(await Host.QueueAsync());
            Time.Advance(span);
            await Host.EndAsync(lease);
        }
    }

    private async Task AddHostAsync(string name, string started, string? stopped = null)
    {
        await using var db = await Host.OpenAsync();
        db.JobHosts.Add(new JobHost
        {
            BootId = Guid.NewGuid(), Name = name, ProcessId = 1, Version = "0.1", StartedAt = At(started), HeartbeatAt = At(started), StoppedAt = stopped is null ? null : At(stopped),
        });
        await db.SaveChangesAsync();
    }
}
