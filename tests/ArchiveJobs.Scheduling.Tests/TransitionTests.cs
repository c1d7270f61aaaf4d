using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>The table of docs/run-states.md: what is allowed, and that everything else is refused.</summary>
public class TransitionTests : LedgerTest
{
    private static readonly RunState[] AllStates = Enum.GetValues<RunState>();

    [Fact]
    public async Task An_accepted_run_has_an_epoch_a_lease_an_attempt_and_an_event()
    {
        var id = await Host.QueueAsync();

        var lease = await Host.LeaseAsync(id);

        var run = await Host.RowAsync(id);
        Assert.Equal(RunState.Running, run.State);
        Assert.Equal((1, 1), (run.Epoch, lease.Epoch));
        Assert.Equal(Time.GetUtcNow().AddSeconds(60), run.LeaseUntil);
        Assert.Equal(Time.GetUtcNow(), run.StartedAt);
        var attempt = Assert.Single((await Host.Runs.GetAsync(id, CancellationToken.None))!.Attempts);
        Assert.Null(attempt.EndState);
        var events = await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None);
        Assert.Equal([RunState.Queued, RunState.Running], events.Select(e => e.State!.Value));
    }

    [Fact]
    public async Task Only_queued_runs_are_accepted()
    {
        foreach (var state in AllStates.Where(s => s != RunState.Queued))
        {
            var id = await PutAsync(state);

            var acceptance = await Host.Ledger.TryAcceptAsync(await Host.RowAsync(id), null, CancellationToken.None);

            Assert.Equal(Verdict.Refused, acceptance.Verdict);
            Assert.Equal(state, (await Host.RowAsync(id)).State);
        }
    }

    [Fact]
    public async Task A_queued_run_is_not_accepted_before_its_time()
    {
        var id = await Host.QueueAsync();
        await SetAsync(id, run => run.NotBefore = Time.GetUtcNow().AddMinutes(1));

        Assert.Equal(Verdict.Refused, (await Host.AcceptAsync(id)).Verdict);

        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Verdict.Accepted, (await Host.AcceptAsync(id)).Verdict);
    }

    [Fact]
    public async Task A_queued_run_somebody_wants_to_end_is_not_accepted()
    {
        var id = await Host.QueueAsync();
        await SetAsync(id, run => run.CancelRequestedAt = Time.GetUtcNow());

        Assert.Equal(Verdict.Refused, (await Host.AcceptAsync(id)).Verdict);
    }

    [Theory]
    [InlineData(RunState.Succeeded)]
    [InlineData(RunState.CompletedWithWarnings)]
    [InlineData(RunState.CompletedWithErrors)]
    [InlineData(RunState.Failed)]
    [InlineData(RunState.Cancelled)]
    [InlineData(RunState.Interrupted)]
    [InlineData(RunState.Waiting)]
    public async Task A_holder_ends_its_run_in_any_of_these_states(RunState state)
    {
        var id = await Host.QueueAsync();
        var lease = await Host.LeaseAsync(id);

        Assert.True((await Host.EndAsync(lease, state)).IsHeld);

        var run = await Host.RowAsync(id);
        Assert.Equal(state, run.State);
        Assert.Null(run.BootId);
        Assert.Null(run.LeaseUntil);
        Assert.Equal(state.IsFinal(), run.EndedAt is not null);
        Assert.Equal(state.IsFinal(), run.LiveIdentity is null);
        Assert.Equal(state, (await Host.Runs.GetAsync(id, CancellationToken.None))!.Attempts[0].EndState);
        Assert.Equal(state, (await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None))[^1].State);
    }

    [Fact]
    public async Task A_holder_of_an_old_epoch_writes_nothing()
    {
        var id = await Host.QueueAsync();
        var zombie = await Host.LeaseAsync(id);
        Time.Advance(TimeSpan.FromSeconds(61));
        await PassAsync();
        var heir = await Host.LeaseAsync(id);
        var before = await Host.RowAsync(id);
        var events = (await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None)).Count;

        Assert.Equal((1, 2), (zombie.Epoch, heir.Epoch));
        Assert.False(await Host.Ledger.RenewAsync(zombie, CancellationToken.None));
        Assert.False(await Host.Ledger.CheckpointAsync(zombie, "{}", CancellationToken.None));
        Assert.False(await Host.Ledger.SaveAsync(zombie, new HeldState("{}", "{}", [], []), CancellationToken.None));
        Assert.False((await Host.Ledger.CheckAsync(zombie, CancellationToken.None)).IsHeld);
        Assert.False((await Host.EndAsync(zombie)).IsHeld);

        var after = await Host.RowAsync(id);
        Assert.Equivalent(before, after);
        Assert.Equal(events, (await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None)).Count);
        Assert.True((await Host.EndAsync(heir)).IsHeld);
    }

    [Fact]
    public async Task Of_two_deliveries_at_once_one_wins()
    {
        var second = NewHost();
        for (var round = 0; round < 20; round++)
        {
            var id = await Host.QueueAsync($"r{round}");
            var seen = await Host.RowAsync(id);

            var verdicts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
                (await (i % 2 == 0 ? Host : second).Ledger.TryAcceptAsync(seen, null, CancellationToken.None)).Verdict)));

            Assert.Single(verdicts, Verdict.Accepted);
            Assert.Equal(1, (await Host.RowAsync(id)).Epoch);
        }
    }

    [Fact]
    public async Task A_person_cancels_what_nobody_works_on_at_once()
    {
        foreach (var state in new[] { RunState.Queued, RunState.Waiting, RunState.Interrupted, RunState.Blocked })
        {
            var id = await PutAsync(state);

            Assert.Equal(CancelOutcome.Cancelled, await Host.Runs.CancelAsync(id, "tanaka", CancellationToken.None));

            var run = await Host.RowAsync(id);
            Assert.Equal((RunState.Cancelled, "tanaka"), (run.State, run.CancelRequestedBy));
            Assert.Null(run.LiveIdentity);
        }
    }

    [Fact]
    public async Task A_running_run_is_asked_to_end_and_keeps_running_until_it_does()
    {
        var id = await Host.QueueAsync();
        var lease = await Host.LeaseAsync(id);

        Assert.Equal(CancelOutcome.Requested, await Host.Runs.CancelAsync(id, "tanaka", CancellationToken.None));
        Assert.Equal(CancelOutcome.Requested, await Host.Runs.CancelAsync(id, "suzuki", CancellationToken.None));

        Assert.Equal((RunState.Running, "tanaka"), ((await Host.RowAsync(id)).State, (await Host.RowAsync(id)).CancelRequestedBy));
        Assert.Equal("tanaka", (await Host.Ledger.CheckAsync(lease, CancellationToken.None)).CancelRequestedBy);
    }

    [Fact]
    public async Task What_is_over_is_neither_cancelled_nor_released()
    {
        foreach (var state in AllStates.Where(s => s.IsFinal()))
        {
            var id = await PutAsync(state);

            Assert.Equal(CancelOutcome.AlreadyOver, await Host.Runs.CancelAsync(id, "tanaka", CancellationToken.None));
            Assert.Null(await Host.Ledger.ReleaseAsync(id, "tanaka"));
            Assert.Equal(state, (await Host.RowAsync(id)).State);
        }

        Assert.Equal(CancelOutcome.NotFound, await Host.Runs.CancelAsync(99_999, "tanaka", CancellationToken.None));
    }

    [Fact]
    public async Task Only_waiting_and_blocked_runs_are_released()
    {
        foreach (var state in AllStates)
        {
            var id = await PutAsync(state);
            await SetAsync(id, run => run.Crashes = 2);

            var released = await Host.Ledger.ReleaseAsync(id, "tanaka");

            var run = await Host.RowAsync(id);
            var mayBe = state is RunState.Waiting or RunState.Blocked;
            Assert.Equal(mayBe, released is not null);
            Assert.Equal(mayBe ? (RunState.Queued, 0, 1) : (state, 2, 0), (run.State, run.Crashes, run.ManualRetries));
        }
    }

    [Fact]
    public async Task Retrying_what_is_over_asks_for_a_new_run_of_the_same()
    {
        var id = await PutAsync(RunState.Failed);

        var again = await Host.Runs.RetryAsync(id, "tanaka", CancellationToken.None);

        var run = await Host.RowAsync(again!.Value.Id);
        Assert.True(again.Value.IsNew);
        Assert.Equal((RunTrigger.Retry, id, id, RunState.Queued), (run.Trigger, run.ParentId, run.RootId, run.State));
        Assert.Equal((await Host.RowAsync(id)).ArgumentsJson, run.ArgumentsJson);
    }

    [Fact]
    public async Task A_release_says_who_did_it()
    {
        var id = await PutAsync(RunState.Blocked);

        await Host.Runs.RetryAsync(id, "tanaka", CancellationToken.None);

        var last = (await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None))[^1];
        Assert.Equal((RunState.Queued, "tanaka"), (last.State, last.Actor));
        Assert.Contains(id, Host.Dispatched.Runs);
    }

    [Fact]
    public async Task The_newest_thousand_events_of_a_run_are_kept()
    {
        var id = await Host.QueueAsync();
        var lease = await Host.LeaseAsync(id);
        var lines = Enumerable.Range(1, 1500).Select(n => new JobRunEvent { RunId = id, Kind = RunEventKind.Log, Text = $"line {n}" }).ToArray();
        await Host.Ledger.SaveAsync(lease, new HeldState(null, null, lines, []), CancellationToken.None);

        await Host.Ledger.EndAsync(
            lease, new AttemptEnd(new Transition(RunState.Succeeded, RunReason.None, "done"), IsCharged: false) { Lines = lines.Length });

        var events = await Host.Runs.ListEventsAsync(id, 0, 1000, CancellationToken.None);
        Assert.Equal(1000, events.Count);
        Assert.Equal("line 502", events[0].Text);
        Assert.Equal(RunState.Succeeded, events[^1].State);
    }

    private int _put;

    /// <summary>A run brought into a state by hand.</summary>
    private async Task<long> PutAsync(RunState state)
    {
        var id = await Host.QueueAsync($"put{_put++}");
        await SetAsync(id, run =>
        {
            run.State = state;
            run.LiveIdentity = state.IsFinal() ? null : run.LiveIdentity;
        });
        return id;
    }

    private async Task SetAsync(long id, Action<JobRun> change)
    {
        await using var db = await Host.OpenAsync();
        change(await db.JobRuns.SingleAsync(run => run.Id == id));
        await db.SaveChangesAsync();
    }
}
