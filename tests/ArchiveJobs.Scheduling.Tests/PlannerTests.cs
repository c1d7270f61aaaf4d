using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

public class PlannerTests : ScheduleTest
{
    [Fact]
    public async Task The_audit_trail_tells_which_schedule_asked_for_a_run()
    {
        await AddAsync();
        await PlanAtAsync("03:00");

        await using var db = await Host.OpenAsync();
        var run = await db.JobRuns.SingleAsync();
        var told = await db.AuditEvents.SingleAsync(entry => entry.Action == AuditActions.RunTrigger);
        Assert.Equal(("schedule hourly", AuditActorKind.System, run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), (told.Actor, told.ActorKind, told.ObjectId));
    }

    [Fact]
    public async Task A_slot_becomes_one_run_that_is_delivered()
    {
        await AddAsync();

        await PlanAtAsync("02:59");
        Assert.Empty(await RowsAsync());
        await PlanAtAsync("03:00");
        await PlanAsync();

        Assert.Equal(["03:00 Queued Schedule"], await RowsAsync());
        Assert.Single(Host.Dispatched.Runs);
    }

    [Fact]
    public async Task Two_hosts_that_plan_at_once_make_one_run_for_each_slot()
    {
        await AddAsync(cron: "* * * * *");
        var second = NewHost();
        for (var minute = 1; minute <= 30; minute++)
        {
            Time.AdjustTime(At("02:00").AddMinutes(minute));
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => PlanAsync(i % 2 == 0 ? Host : second))));
            await EndRunAsync();
        }

        Assert.Equal(Enumerable.Range(1, 30).Select(minute => $"02:{minute:00} Succeeded Schedule"), await RowsAsync());
        Assert.Equal(30, Host.Dispatched.Runs.Count + second.Dispatched.Runs.Count);
    }

    [Theory]
    [InlineData(CatchUpRule.None, 1, "05:00 Skipped(Missed)")]
    [InlineData(CatchUpRule.Last, 1, "04:00 Skipped(Missed)|05:00 Queued CatchUp")]
    [InlineData(CatchUpRule.All, 2, "03:00 Skipped(Missed)|04:00 Queued CatchUp")]
    public async Task What_was_missed_while_no_host_was_there_follows_the_rule(CatchUpRule rule, int limit, string expected)
    {
        await AddAsync(catchUp: rule, limit: limit);
        Host.Kill();
        Time.AdjustTime(At("05:20"));
        var next = await NewHost().BootAsync();

        await PlanAsync(next);
        await PlanAsync(next);

        Assert.Equal(expected.Split('|'), await RowsAsync());
    }

    [Fact]
    public async Task Of_rule_all_one_slot_after_the_other_is_made_up_and_new_ones_join_at_the_end()
    {
        await AddAsync(catchUp: CatchUpRule.All, limit: 3);

        await PlanAtAsync("05:20");
        await EndRunAsync();
        await PlanAtAsync("06:00");
        await PlanAsync();
        Assert.Equal(["03:00 Succeeded CatchUp", "04:00 Queued CatchUp"], await RowsAsync());
        await EndRunAsync();
        await PlanAsync();
        await EndRunAsync();
        await PlanAsync();
        await EndRunAsync();
        await PlanAsync();

        Assert.Equal(["03:00 Succeeded CatchUp", "04:00 Succeeded CatchUp", "05:00 Succeeded CatchUp", "06:00 Succeeded CatchUp"], await RowsAsync());
    }

    [Fact]
    public async Task One_row_and_one_event_name_the_slots_that_were_missed()
    {
        await AddAsync(catchUp: CatchUpRule.None);

        await PlanAtAsync("05:20");

        var missed = Assert.Single(await EventsAsync(ScheduleEventKind.Missed));
        Assert.Equal("missed 3 slots: 2026-11-24T03:00Z, 2026-11-24T04:00Z, 2026-11-24T05:00Z; not made up", missed.Text);
        Assert.Equal(RunState.Skipped, (await Host.RowAsync(missed.RunId!.Value)).State);
    }

    [Fact]
    public async Task A_slot_on_time_makes_up_those_before_it()
    {
        await AddAsync();

        await PlanAtAsync("05:00");

        Assert.Equal(["04:00 Skipped(Missed)", "05:00 Queued Schedule"], await RowsAsync());
        Assert.EndsWith("made up by the run of 2026-11-24T05:00Z", Assert.Single(await EventsAsync(ScheduleEventKind.Missed)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_same_is_not_over_a_slot_is_skipped_and_says_which_run()
    {
        await AddAsync();
        var byHand = await Host.QueueAsync("hourly");
        await Host.LeaseAsync(byHand);

        await PlanAtAsync("03:00");
        await PlanAtAsync("04:00");

        Assert.Equal(["03:00 Skipped(Overlap)", "04:00 Skipped(Overlap)"], (await RowsAsync()));
        var row = await Host.Runs.ListAsync(new() { State = RunState.Skipped }, null, 1, CancellationToken.None);
        Assert.Equal(("schedule.overlap", $"{byHand}"), (row[0].Situation!.Key, row[0].Situation!.Values["run"]));
    }

    [Fact]
    public async Task While_the_same_waits_for_a_password_a_slot_is_skipped_for_the_password()
    {
        await AddAsync();
        var lease = await Host.LeaseAsync(await Host.QueueAsync("hourly"));
        await Host.Ledger.EndAsync(lease, new Ledger.AttemptEnd(new Ledger.Transition(RunState.Waiting, RunReason.Authentication, "test"), IsCharged: false));

        await PlanAtAsync("03:00");

        Assert.Equal(["03:00 Skipped(Circuit)"], await RowsAsync());
    }

    [Fact]
    public async Task A_clock_that_jumps_forward_ten_years_makes_one_run()
    {
        await AddAsync(cron: "* * * * *");

        await PlanAtAsync("2036-11-24T02:00:30Z");

        Assert.Equal(["01:59 Skipped(Missed)", "02:00 Queued Schedule"], await RowsAsync());
        Assert.StartsWith("missed more than 1,000 slots, 2026-11-24T02:01Z to 2036-11-24T01:59Z", Assert.Single(await EventsAsync(ScheduleEventKind.Missed)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_clock_that_was_set_back_no_slot_runs_twice_and_the_schedule_goes_on()
    {
        await AddAsync();
        await PlanAtAsync("03:00");
        await EndRunAsync();
        await PlanAtAsync("2036-11-24T03:30:00Z");
        await EndRunAsync();

        SetBack("02:50");
        await PlanAsync();
        await PlanAtAsync("03:00");
        await PlanAtAsync("04:00");

        var rows = await RowsAsync();
        Assert.Single(rows, row => row == "03:00 Succeeded Schedule");
        Assert.Contains("04:00 Queued Schedule", rows);
        Assert.Single(await EventsAsync(ScheduleEventKind.ClockSetBack));
    }

    [Fact]
    public async Task The_next_slot_is_passed_over_once()
    {
        await AddAsync();
        await Schedules.SkipNextAsync("hourly", "tanaka", CancellationToken.None);
        Assert.Equal([At("04:00")], await Schedules.NextAsync("hourly", 1, CancellationToken.None));

        await PlanAtAsync("03:00");
        await PlanAtAsync("04:00");

        Assert.Equal(["03:00 Skipped(Person)", "04:00 Queued Schedule"], await RowsAsync());
    }

    [Fact]
    public async Task Slots_of_a_pause_are_not_made_up_and_it_ends_by_itself()
    {
        await AddAsync();
        await Schedules.PauseAsync("hourly", At("05:00"), "tanaka", CancellationToken.None);
        Assert.Equal(At("05:00"), (await Schedules.GetAsync("hourly", CancellationToken.None)).Next);

        await PlanAtAsync("03:00");
        await PlanAtAsync("04:30");
        await PlanAtAsync("05:00");

        Assert.Equal(["05:00 Queued Schedule"], await RowsAsync());
        Assert.Empty(await EventsAsync(ScheduleEventKind.Missed));
        Assert.Single(await EventsAsync(ScheduleEventKind.Resumed));
    }

    [Fact]
    public async Task A_schedule_that_is_resumed_counts_from_then_on()
    {
        await AddAsync();
        await Schedules.PauseAsync("hourly", null, "tanaka", CancellationToken.None);
        await PlanAtAsync("04:30");

        await Schedules.ResumeAsync("hourly", "tanaka", CancellationToken.None);
        await PlanAtAsync("05:00");

        Assert.Equal(["05:00 Queued Schedule"], await RowsAsync());
    }

    [Fact]
    public async Task An_edit_loses_no_slot_that_was_due_before()
    {
        await AddAsync();
        Time.AdjustTime(At("03:00"));

        await Schedules.SetAsync("hourly", new ScheduleChange { Cron = "30 * * * *" }, "tanaka", CancellationToken.None);
        await EndRunAsync();
        await PlanAtAsync("03:30");

        Assert.Equal(["03:00 Succeeded Schedule", "03:30 Queued Schedule"], await RowsAsync());
    }

    [Fact]
    public async Task A_planner_that_read_the_row_before_an_edit_writes_nothing()
    {
        await AddAsync();
        Time.AdjustTime(At("03:00"));
        await using var db = await Host.OpenAsync();
        var seen = Assert.Single(db.Schedules);
        await Schedules.SkipNextAsync("hourly", "tanaka", CancellationToken.None);
        var decision = SlotDecider.Decide(seen, SlotRule.Of(seen)!, At("03:00"), isLive: false)!;

        Assert.Null(await Host.Ledger.PlanAsync(seen, decision, null, _ => throw new InvalidOperationException("made a row")));
    }

    [Fact]
    public async Task Jitter_moves_the_start_not_the_slot()
    {
        await AddAsync(jitter: TimeSpan.FromMinutes(10));

        await PlanAtAsync("03:00");
        Assert.Empty(Host.Dispatched.Runs);
        var row = Assert.Single(await Host.Runs.ListAsync(new(), null, 10, CancellationToken.None));
        Assert.Equal((At("03:00"), At("03:05")), (row.SlotAt, row.Next)); // Half of the jitter, by the chance of the tests.

        Time.AdjustTime(At("03:05"));
        await PassAsync();
        Assert.Equal([row.Id], Host.Dispatched.Runs);
    }

    [Fact]
    public async Task A_chain_follows_each_good_run_and_names_it()
    {
        await AddAsync("archive");
        await AddAsync("verify", after: "archive");
        await AddAsync("backup", after: "verify");

        await PlanAtAsync("03:00");
        Time.AdjustTime(At("03:04"));
        var archived = await EndRunAsync();
        await PlanAsync();
        Assert.Equal(["03:04 Queued Chain"], await RowsAsync("verify"));
        Assert.Equal(archived, Assert.Single(await Host.Runs.ListAsync(new() { State = RunState.Queued }, null, 10, CancellationToken.None)) is { } run ? (await Host.RowAsync(run.Id)).ParentId : null);
        Time.AdjustTime(At("03:09"));
        await EndRunAsync(RunState.CompletedWithWarnings);
        await PlanAsync();
        await PlanAsync();

        Assert.Equal(["03:09 Queued Chain"], await RowsAsync("backup"));
        Assert.Single(await RowsAsync("verify"));
    }

    [Fact]
    public async Task A_chain_does_not_follow_a_run_with_errors()
    {
        await AddAsync("archive");
        await AddAsync("verify", after: "archive");
        await PlanAtAsync("03:00");

        await EndRunAsync(RunState.CompletedWithErrors);
        await PlanAsync();

        Assert.Empty(await RowsAsync("verify"));
    }

    [Fact]
    public async Task A_run_by_hand_belongs_to_the_schedule_and_takes_no_slot()
    {
        await AddAsync();

        var queued = await Schedules.TriggerAsync("HOURLY", "tanaka", CancellationToken.None);
        Assert.Equal(["- Queued Manual"], await RowsAsync());
        await EndRunAsync();
        await PlanAtAsync("03:00");

        Assert.True(queued.IsNew);
        Assert.Equal(["- Succeeded Manual", "03:00 Queued Schedule"], await RowsAsync());
    }

    [Fact]
    public async Task Overdue_is_said_once_and_recovered_once()
    {
        var told = new List<ScheduleEventKind>();
        var host = NewHost(configure: services => services.AddSingleton<IScheduleObserver>(new Observer(told)));
        await AddAsync(grace: TimeSpan.FromMinutes(90));

        async Task AtAsync(string time)
        {
            Time.AdjustTime(At(time));
            await PlanAsync(host);
        }

        await AtAsync("03:00");
        await EndRunAsync(RunState.Failed);
        await AtAsync("04:00");
        await EndRunAsync(RunState.Failed);
        await AtAsync("04:29");
        Assert.Empty(await EventsAsync(ScheduleEventKind.Overdue));
        await AtAsync("04:30");
        await AtAsync("05:00");
        Assert.Equal(At("03:00"), (await Schedules.GetAsync("hourly", CancellationToken.None)).OverdueSince);
        await EndRunAsync();
        await AtAsync("05:01");
        await AtAsync("05:02");

        Assert.Equal("schedule.never-good", Assert.Single(await EventsAsync(ScheduleEventKind.Overdue)).Situation!.Key);
        Assert.Single(await EventsAsync(ScheduleEventKind.Recovered));
        Assert.Null((await Schedules.GetAsync("hourly", CancellationToken.None)).OverdueSince);
        Assert.Equal([ScheduleEventKind.Overdue, ScheduleEventKind.Recovered], told);
    }

    [Fact]
    public async Task A_good_run_by_hand_counts_for_the_watch()
    {
        await AddAsync(grace: TimeSpan.FromMinutes(30));
        await PlanAtAsync("03:00");
        await EndRunAsync(RunState.Failed);
        await Host.QueueAsync("hourly");
        await EndRunAsync();

        await PlanAtAsync("03:45");

        Assert.Empty(await EventsAsync(ScheduleEventKind.Overdue));
    }

    [Theory]
    [InlineData("Nothing", "{}", "0 2 * * *", "UTC", "There is no job kind Nothing.")]
    [InlineData("Scripted", """{"shop":1}""", "0 2 * * *", "UTC", "Scripted: the arguments do not fit")]
    [InlineData("Scripted", """{"name":"a"}""", "0 2 * * * *", "UTC", "Five fields are needed")]
    [InlineData("Scripted", """{"name":"a"}""", "99 2 * * *", "UTC", "cannot be read")]
    [InlineData("Scripted", """{"name":"a"}""", "0 0 30 2 *", "UTC", "never comes. Choose a day that exists.")]
    [InlineData("Scripted", """{"name":"a"}""", "0 2 * * *", "Mars/Olympus", "The time zone \"Mars/Olympus\" is not known. An IANA name is needed")]
    [InlineData("Scripted", """{"name":"a"}""", "0 2 * * *", "Tokyo Standard Time", "Use its IANA name: Asia/Tokyo.")]
    [InlineData("Scripted", """{"name":"a"}""", null, "UTC", "Say when it runs in exactly one way")]
    public async Task What_cannot_be_is_refused_with_what_to_do(string kind, string arguments, string? cron, string zone, string words)
    {
        var refused = await Assert.ThrowsAsync<ScheduleException>(() =>
            Schedules.AddAsync(new ScheduleSpec("s", kind, arguments) { Cron = cron, Zone = zone }, "tanaka", CancellationToken.None));

        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await Schedules.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_chain_that_comes_back_to_itself_is_refused()
    {
        await AddAsync("a");
        await AddAsync("b", after: "a");
        await AddAsync("c", after: "b");

        var refused = await Assert.ThrowsAsync<ScheduleException>(() => Schedules.SetAsync("a", new ScheduleChange { After = "c" }, "tanaka", CancellationToken.None));
        var removed = await Assert.ThrowsAsync<ScheduleException>(() => Schedules.RemoveAsync("a", "tanaka", CancellationToken.None));

        Assert.Equal("The chain comes back to itself: a after c after b after a. Let one of them start by time.", refused.Message);
        Assert.StartsWith("\"b\" follows \"a\".", removed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_hand_is_what_a_person_asked_for_and_nothing_that_follows_by_itself()
    {
        var seen = new List<bool>();
        Script.Body = (context, _) =>
        {
            seen.Add(context.IsByHand);
            return Task.FromResult(Script.Done);
        };
        await AddAsync();
        await PlanAtAsync("03:00");
        await ExecuteAsync();
        await Schedules.TriggerAsync("hourly", "tanaka", CancellationToken.None);
        await ExecuteAsync();
        await PlanAtAsync("04:00");
        var waiting = Host.Dispatched.Runs[^1];
        await Host.Ledger.EndAsync(await Host.LeaseAsync(waiting), new Ledger.AttemptEnd(new Ledger.Transition(RunState.Waiting, RunReason.Authentication, "test"), IsCharged: false));
        await Host.Runs.RetryAsync(waiting, "tanaka", CancellationToken.None);
        await ExecuteAsync();

        Assert.Equal([false, true, true], seen);
    }

    private Task ExecuteAsync() => Host.Executor.ExecuteAsync(Host.Dispatched.Runs[^1], CancellationToken.None);

    private void SetBack(string time) => Time.AdjustTime(At(time));

    private sealed class Observer(List<ScheduleEventKind> told) : IScheduleObserver
    {
        public void OnEvent(ScheduleEventView update) => told.Add(update.Kind);
    }
}
