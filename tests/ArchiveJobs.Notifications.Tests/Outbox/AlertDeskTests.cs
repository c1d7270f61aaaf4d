using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Notifications.Outbox;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Tests.Outbox;

public class AlertDeskTests : OutboxRig
{
    [Theory]
    [InlineData(RunState.Failed, RunReason.None, true)]
    [InlineData(RunState.CompletedWithErrors, RunReason.None, true)]
    [InlineData(RunState.Blocked, RunReason.None, true)]
    [InlineData(RunState.Waiting, RunReason.Authentication, true)]
    [InlineData(RunState.Waiting, RunReason.Disk, true)]
    [InlineData(RunState.Waiting, RunReason.Person, true)]
    [InlineData(RunState.Waiting, RunReason.Backoff, false)]
    [InlineData(RunState.Waiting, RunReason.Store, false)]
    [InlineData(RunState.Waiting, RunReason.Window, false)]
    [InlineData(RunState.Succeeded, RunReason.None, false)]
    [InlineData(RunState.CompletedWithWarnings, RunReason.None, false)]
    [InlineData(RunState.Interrupted, RunReason.None, false)]
    [InlineData(RunState.Cancelled, RunReason.None, false)]
    [InlineData(RunState.Skipped, RunReason.Overlap, false)]
    public async Task People_hear_of_what_needs_them_and_of_nothing_else(RunState state, RunReason reason, bool isTold)
    {
        await AddChannelAsync();

        await RunAsync(state, reason, Refused);
        await PassAsync();

        Assert.Equal(isTold ? 1 : 0, Channel.Tried.Count);
    }

    [Theory]
    [InlineData("{\"done\":3,\"total\":null}", "{}", "{\"name\":\"Sales\"}")]
    [InlineData("[]", "no JSON", "[]")]
    [InlineData("7", "{\"key\":null}", "{\"name\":null}")]
    public async Task A_run_ends_whatever_it_has_written(string progress, string situation, string arguments)
    {
        await AddChannelAsync();

        await RunAsync(RunState.Failed, set: run => (run.ProgressJson, run.SituationJson, run.ArgumentsJson) = (progress, situation, arguments));
        await PassAsync();

        Assert.Single(Channel.Tried);
    }

    [Fact]
    public async Task Every_enabled_channel_gets_its_delivery()
    {
        await AddChannelAsync("a");
        var off = await AddChannelAsync("b");
        await AddChannelAsync("c");
        await Alerts.SetAsync(off, new() { IsEnabled = false }, "tanaka", CancellationToken.None);

        await RunAsync(RunState.Failed, situation: Refused);

        await using var db = await OpenAsync();
        Assert.Equal([1, 3], await db.AlertDeliveries.OrderBy(delivery => delivery.ChannelId).Select(delivery => delivery.ChannelId).ToListAsync());
    }

    [Fact]
    public async Task A_transaction_that_fails_leaves_neither_alert_nor_delivery()
    {
        await AddChannelAsync();
        await using (var db = await OpenAsync())
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            var run = new JobRun
            {
                Kind = "RunProfile", ArgumentsJson = """{"name":"Sales"}""", Identity = "x", Queue = "b-archive", RequestedBy = "tanaka", State = RunState.Failed,
                SituationJson = SituationJson.Write(Refused),
            };
            db.JobRuns.Add(run);
            await db.SaveChangesAsync();
            await Get<AlertDesk>().AddAsync(db, run, null, CancellationToken.None);
            await db.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        await using var after = await OpenAsync();
        Assert.Equal((0, 0, 0), (await after.JobRuns.CountAsync(), await after.RaisedAlerts.CountAsync(), await after.AlertDeliveries.CountAsync()));
    }

    [Fact]
    public async Task One_cause_alerts_once_however_often_it_is_seen()
    {
        await AddChannelAsync();

        await RunAsync(RunState.Waiting, RunReason.Authentication, Refused);
        Time.Advance(TimeSpan.FromHours(1));
        await RunAsync(RunState.Waiting, RunReason.Authentication, Refused);
        await PassAsync();

        Assert.Single(Channel.Tried);
        var open = Assert.Single(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero), open.Since);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 3, 0, 0, TimeSpan.Zero), open.LastSeenAt);
    }

    [Fact]
    public async Task Another_profile_or_another_situation_is_another_cause()
    {
        await AddChannelAsync();

        await RunAsync(RunState.Failed, situation: Refused);
        await RunAsync(RunState.Failed, situation: Refused, set: run => run.ArgumentsJson = """{"name":"Support"}""");
        await RunAsync(RunState.Failed, situation: Dead);
        await PassAsync();

        Assert.Equal(3, Channel.Tried.Count);
    }

    [Fact]
    public async Task A_full_disk_is_one_cause_for_all_profiles_of_the_store()
    {
        await AddChannelAsync();

        await RunAsync(RunState.Waiting, RunReason.Disk, Full);
        await RunAsync(RunState.Waiting, RunReason.Disk, Full, run => run.ArgumentsJson = """{"name":"Support"}""");
        await PassAsync();

        Assert.Contains("store \"2026\"", Assert.Single(Channel.Tried).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_end_tells_once_that_it_works_again()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Waiting, RunReason.Authentication, Refused);
        await PassAsync();
        Time.Advance(TimeSpan.FromHours(7) + TimeSpan.FromMinutes(12));

        await RunAsync(RunState.Succeeded, set: run => run.ResultJson = """{"counters":{"archived":214,"failed":0}}""");
        await RunAsync(RunState.Succeeded);
        await PassAsync();

        Assert.Equal(["opened", "recovered"], Channel.Tried.Select(alert => alert.Event));
        Assert.Equal("Works again: profile \"Sales\" - after 7 h 12 min, 214 caught up", Channel.Tried[1].Subject);
        Assert.Equal(Channel.Tried[0].MessageId, Channel.Tried[1].FirstMessageId);
        Assert.Empty(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_same_cause_after_a_recovery_alerts_anew()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        await RunAsync(RunState.Succeeded);

        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();

        Assert.Equal(["opened", "recovered", "opened"], Channel.Tried.Select(alert => alert.Event));
    }

    [Fact]
    public async Task A_good_end_of_another_profile_or_kind_proves_nothing()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);

        await RunAsync(RunState.Succeeded, set: run => run.ArgumentsJson = """{"name":"Support"}""");
        await RunAsync(RunState.Succeeded, set: run => run.Kind = "VerifyStore");

        Assert.Single(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_damaged_store_recovers_by_a_verify_alone()
    {
        await AddChannelAsync();
        var damaged = new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt).With("s", "2026").With("n", 2).With("m", 10);
        await RunAsync(RunState.CompletedWithErrors, situation: damaged, set: run => run.Kind = "VerifyStore");
        await RunAsync(RunState.Succeeded);
        Assert.Single(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));

        await RunAsync(RunState.Succeeded, set: run => run.Kind = "VerifyStore");

        Assert.Empty(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task An_end_with_errors_recovers_what_is_not_among_them()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Dead);

        await RunAsync(RunState.CompletedWithErrors, situation: Refused);
        await PassAsync();

        Assert.Equal(["opened", "opened", "recovered"], Channel.Tried.Select(alert => alert.Event).Order());
    }

    [Fact]
    public async Task The_third_backoff_in_a_row_is_told()
    {
        await AddChannelAsync();
        foreach (var (tries, told) in new[] { (1, 0), (2, 0), (3, 1) })
        {
            await BackOffAsync(tries, TimeSpan.FromSeconds(30), Dead);
            await PassAsync();

            Assert.Equal(told, Channel.Tried.Count);
        }
    }

    [Fact]
    public async Task A_backoff_beyond_a_quarter_of_an_hour_is_told_at_once()
    {
        await AddChannelAsync();

        await BackOffAsync(1, TimeSpan.FromMinutes(16), Dead);
        await PassAsync();

        Assert.Single(Channel.Tried);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_pause_is_told_only_the_third_time()
    {
        await AddChannelAsync();
        var throttled = new Situation(SituationKeys.ServerThrottled, ErrorClass.Throttled).With("host", "imap.example.jp");
        await BackOffAsync(1, TimeSpan.FromHours(1), throttled);
        await PassAsync();
        Assert.Empty(Channel.Tried);

        await BackOffAsync(3, TimeSpan.FromHours(1), throttled);
        await PassAsync();

        Assert.Single(Channel.Tried);
    }

    [Fact]
    public async Task Tries_before_the_last_progress_do_not_count()
    {
        await AddChannelAsync();

        await BackOffAsync(3, TimeSpan.FromSeconds(30), Dead, run => run.TriesFrom = Time.GetUtcNow().AddSeconds(-90));
        await PassAsync();

        Assert.Empty(Channel.Tried);
    }

    [Fact]
    public async Task What_a_person_cancels_is_closed_without_a_word()
    {
        await AddChannelAsync();
        var run = await RunAsync(RunState.Waiting, RunReason.Authentication, Refused);
        await using (var db = await OpenAsync())
        {
            run.State = RunState.Cancelled;
            await Get<AlertDesk>().AddAsync(db, run, "tanaka", CancellationToken.None);
            await db.SaveChangesAsync();
        }

        await PassAsync();

        Assert.Single(Channel.Tried);
        var closed = Assert.Single(await Alerts.ListAlertsAsync(onlyOpen: false, null, 10, CancellationToken.None));
        Assert.Equal((RaisedAlertState.Closed, "tanaka"), (closed.State, closed.EndedBy));
    }

    [Fact]
    public async Task What_lasts_is_told_again_every_day_until_it_recovers()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();

        foreach (var expected in new[] { 2, 3 })
        {
            Time.Advance(TimeSpan.FromHours(23));
            await PassAsync();
            Assert.Equal(expected - 1, Channel.Tried.Count);
            Time.Advance(TimeSpan.FromHours(1));
            await PassAsync();
            Assert.Equal(expected, Channel.Tried.Count);
        }

        Assert.StartsWith("Reminder 2:", Channel.Tried[2].Subject, StringComparison.Ordinal);
        await RunAsync(RunState.Succeeded);
        Time.Advance(TimeSpan.FromDays(3));
        await PassAsync();
        Assert.Equal("recovered", Channel.Tried[^1].Event);
        Assert.Equal(4, Channel.Tried.Count);
    }

    [Fact]
    public async Task Nobody_is_reminded_of_a_profile_that_was_removed()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        await using (var db = await OpenAsync())
        {
            await db.Profiles.ExecuteDeleteAsync();
        }

        Time.Advance(TimeSpan.FromDays(2));
        await PassAsync();

        Assert.Single(Channel.Tried);
        Assert.Empty(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_watch_raises_and_recovers()
    {
        await AddChannelAsync();
        var source = Get<IAlertSource>();
        var thing = AlertThing.Of("schedule", 3, "Nightly");
        var overdue = new Situation(SituationKeys.ScheduleOverdue, ErrorClass.Unknown).With("job", "RunProfile").With("p", "Sales").With("date", "2026-11-23T02:00:00Z").With("run", 5);
        await using (var db = await OpenAsync())
        {
            await source.RaiseAsync(db, thing, overdue, Time.GetUtcNow().AddHours(-2), null, CancellationToken.None);
            await db.SaveChangesAsync();
            await source.RaiseAsync(db, thing, overdue, Time.GetUtcNow().AddHours(-1), null, CancellationToken.None);
            await db.SaveChangesAsync();
        }

        await RunAsync(RunState.Succeeded);   // No run ends what the watch has seen.
        await PassAsync();
        Assert.StartsWith("Overdue: schedule \"Nightly\"", Assert.Single(Channel.Tried).Subject, StringComparison.Ordinal);

        await using (var db = await OpenAsync())
        {
            await source.RecoverAsync(db, thing, SituationKeys.ScheduleOverdue, CancellationToken.None);
            await db.SaveChangesAsync();
        }

        await PassAsync();
        Assert.Equal(["opened", "recovered"], Channel.Tried.Select(alert => alert.Event));
    }

    [Fact]
    public async Task What_the_watch_sees_of_a_run_is_told_of_its_profile_and_may_end_without_a_word()
    {
        await AddChannelAsync();
        var source = Get<IAlertSource>();
        var slow = new Situation(SituationKeys.RunSlow, ErrorClass.Unknown).With("job", "RunProfile").With("time", "01:30:00").With("usual", "00:10:00");
        await RunAsync(RunState.Succeeded);
        await using (var db = await OpenAsync())
        {
            await source.RaiseOfRunAsync(db, await db.JobRuns.SingleAsync(), slow, Time.GetUtcNow().AddMinutes(-90), CancellationToken.None);
            await db.SaveChangesAsync();
        }

        await PassAsync();
        Assert.StartsWith("Needs a look: profile \"Sales\"", Assert.Single(Channel.Tried).Subject, StringComparison.Ordinal);
        Assert.Single(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
        await using (var db = await OpenAsync())
        {
            var row = await db.RaisedAlerts.AsNoTracking().SingleAsync();
            await source.CloseAsync(db, new AlertThing(row.ThingType, row.ThingKey, row.ThingName), SituationKeys.RunSlow, CancellationToken.None);
            await db.SaveChangesAsync();
        }

        await PassAsync();
        Assert.Single(Channel.Tried);
        Assert.Empty(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_full_disk_of_the_master_database_is_one_alert_that_any_good_run_ends()
    {
        await AddChannelAsync();
        var full = new Situation(SituationKeys.DatabaseFull, ErrorClass.StoreFull);

        await RunAsync(RunState.Waiting, RunReason.Disk, full);
        await RunAsync(RunState.Waiting, RunReason.Disk, full, run => run.Kind = "VerifyAudit");
        await PassAsync();
        Assert.StartsWith("Stopped: master database", Assert.Single(Channel.Tried).Subject, StringComparison.Ordinal);
        await RunAsync(RunState.Succeeded);
        await PassAsync();

        Assert.Equal(["opened", "recovered"], Channel.Tried.Select(alert => alert.Event));
    }

    /// <summary>A run whose tries, a minute each, all ended in a wait.</summary>
    private Task BackOffAsync(int tries, TimeSpan wait, Situation situation, Action<JobRun>? set = null) => Task.Run(async () =>
    {
        await using (var db = await OpenAsync())
        {
            await db.JobRuns.ExecuteDeleteAsync();
            var now = Time.GetUtcNow();
            var run = new JobRun
            {
                Id = 100, Kind = "RunProfile", ArgumentsJson = """{"name":"Sales"}""", Identity = "b", Queue = "b-archive", RequestedBy = "tanaka", StateSince = now, CreatedAt = now,
                State = RunState.Waiting, Reason = RunReason.Backoff, NotBefore = now + wait, SituationJson = SituationJson.Write(situation), Epoch = tries,
            };
            set?.Invoke(run);
            db.JobRuns.Add(run);
            for (var i = 1; i <= tries; i++)
            {
                var ended = now.AddMinutes(i - tries);
                db.JobRunAttempts.Add(new JobRunAttempt
                {
                    RunId = 100, Epoch = i, Host = "archive01", StartedAt = ended.AddSeconds(-10), EndedAt = ended, EndState = RunState.Waiting, ErrorClass = situation.Class.ToString(),
                });
            }

            await db.SaveChangesAsync();
            await Get<AlertDesk>().AddAsync(db, run, null, CancellationToken.None);
            await db.SaveChangesAsync();
        }
    });
}
