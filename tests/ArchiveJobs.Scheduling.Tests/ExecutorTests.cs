using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

public class ExecutorTests : LedgerTest
{
    [Fact]
    public async Task A_run_that_is_delivered_runs_and_succeeds()
    {
        var id = await Host.QueueAsync();

        await Host.Executor.ExecuteAsync(id, CancellationToken.None);

        var run = await Host.RowAsync(id);
        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal("""{"n":1}""", run.ResultJson);
        Assert.Null(run.LiveIdentity);
        Assert.Equal(1, Script.Started);
    }

    [Fact]
    public async Task A_second_delivery_of_the_same_run_does_nothing()
    {
        var id = await Host.QueueAsync();
        Script.Body = async (_, token) =>
        {
            await Host.Executor.ExecuteAsync(id, token);
            return Script.Done;
        };

        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        await Host.Executor.ExecuteAsync(id, CancellationToken.None);

        Assert.Equal(1, Script.Started);
        Assert.Equal((RunState.Succeeded, 1L), ((await Host.RowAsync(id)).State, (await Host.RowAsync(id)).Epoch));
    }

    [Theory]
    [InlineData(JobOutcome.Succeeded, RunState.Succeeded)]
    [InlineData(JobOutcome.CompletedWithWarnings, RunState.CompletedWithWarnings)]
    [InlineData(JobOutcome.CompletedWithErrors, RunState.CompletedWithErrors)]
    public async Task The_outcome_of_the_job_is_the_state_of_the_run(JobOutcome outcome, RunState state)
    {
        var notice = new Situation(SituationKeys.FolderVanished, ErrorClass.SourceChanged).With("folder", "Inbox");
        Script.Body = (_, _) => Task.FromResult(new JobResult(outcome, "{}", [notice]));

        var run = await RunAsync();

        Assert.Equal(state, run.State);
        Assert.Equal(SituationKeys.FolderVanished, SituationJson.Read(run.SituationJson!).Key);
    }

    [Fact]
    public async Task A_known_failure_follows_the_plan_of_its_class()
    {
        Script.Body = (_, _) => throw new ArchiveException(new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork).With("host", "h"), "refused");

        var run = await RunAsync();

        Assert.Equal((RunState.Waiting, RunReason.Backoff, Time.GetUtcNow().AddSeconds(15)), (run.State, run.Reason, run.NotBefore));
        var situation = SituationJson.Read(run.SituationJson!);
        Assert.Equal("h", situation.Values["host"]);
        Assert.Equal("2026-11-24T02:00:15.0000000+00:00", situation.Values["next"]);
        Assert.NotNull(run.LiveIdentity);
    }

    [Fact]
    public async Task Eight_tries_then_it_fails_and_a_checkpoint_in_between_starts_again()
    {
        var checkpointAt = 0;
        Script.Body = async (context, token) =>
        {
            if (Script.Started == checkpointAt)
            {
                await context.CheckpointAsync("{}", token);
            }

            throw new ArchiveException(new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork), "refused");
        };

        var plain = await TryUntilFailedAsync("plain");
        Script.Started = 0;
        checkpointAt = 5;
        var progressed = await TryUntilFailedAsync("progressed");

        // The fifth try makes progress: it is the first of eight again, so four come before them.
        Assert.Equal((8, 12), (plain, progressed));
    }

    [Fact]
    public async Task What_nobody_knows_is_tried_once_more_then_fails_with_its_words_kept_for_the_details()
    {
        Script.Body = (_, _) => throw new FormatException("odd");

        var run = await RunAsync();
        Assert.Equal((RunState.Waiting, RunReason.Backoff), (run.State, run.Reason));

        Time.Advance(TimeSpan.FromSeconds(15));
        await PassAsync();
        await Host.Executor.ExecuteAsync(run.Id, CancellationToken.None);
        run = await Host.RowAsync(run.Id);
        var situation = SituationJson.Read(run.SituationJson!);
        Assert.Equal((RunState.Failed, SituationKeys.RunUnexpected, "FormatException: odd"), (run.State, situation.Key, situation.ServerWords));
    }

    [Fact]
    public async Task A_cancellation_that_is_not_ours_is_not_an_interruption()
    {
        Script.Body = (_, _) => throw new TaskCanceledException("a timeout inside some library");

        Assert.Equal((RunState.Waiting, RunReason.Backoff), ((await RunAsync()).State, (await Host.RowAsync(1)).Reason));
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(IOException))]
    [InlineData(null)]
    public async Task However_a_job_ends_when_the_host_stops_it_is_interrupted_and_not_charged(Type? thrown)
    {
        Script.Body = async (_, _) =>
        {
            await Host.Stop.BeginAsync();
            return thrown is null ? Script.Done : throw (Exception)Activator.CreateInstance(thrown)!;
        };
        var id = await Host.QueueAsync();

        await Host.Executor.ExecuteAsync(id, Host.Stop.Token);

        var attempt = Assert.Single((await Host.Runs.GetAsync(id, CancellationToken.None))!.Attempts);
        Assert.Equal((RunState.Interrupted, false), (attempt.EndState, attempt.IsCharged));
        Assert.Equal((RunState.Interrupted, 0), ((await Host.RowAsync(id)).State, (await Host.RowAsync(id)).Crashes));
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(IOException))]
    [InlineData(null)]
    public async Task However_a_job_ends_when_a_person_cancels_it_is_cancelled(Type? thrown)
    {
        Script.Body = async (context, token) =>
        {
            await Host.Runs.CancelAsync(context.RunId, "tanaka", CancellationToken.None);
            Assert.True(token.IsCancellationRequested);
            return thrown is null ? Script.Done : throw (Exception)Activator.CreateInstance(thrown)!;
        };

        var run = await RunAsync();

        Assert.Equal((RunState.Cancelled, "tanaka"), (run.State, run.CancelRequestedBy));
        Assert.Equal("tanaka", SituationJson.Read(run.SituationJson!).Values["person"]);
    }

    [Fact]
    public async Task A_stopping_host_accepts_nothing()
    {
        var id = await Host.QueueAsync();
        await Host.Stop.BeginAsync();

        await Host.Executor.ExecuteAsync(id, Host.Stop.Token);

        Assert.Equal(RunState.Queued, (await Host.RowAsync(id)).State);
    }

    [Fact]
    public async Task A_cancel_written_by_another_process_reaches_the_job_within_two_seconds()
    {
        var other = NewHost();
        Script.Body = async (context, token) =>
        {
            await other.Ledger.CancelAsync(context.RunId, "tanaka");
            var told = new TaskCompletionSource();
            await using var registration = token.Register(told.SetResult);
            Time.Advance(TimeSpan.FromSeconds(2));
            await told.Task;
            throw new OperationCanceledException(token);
        };

        Assert.Equal(RunState.Cancelled, (await RunAsync()).State);
    }

    [Fact]
    public async Task The_fence_falls_before_the_lease_ends_and_nothing_is_written_after()
    {
        var held = new List<bool>();
        var other = NewHost();
        Script.Body = async (context, token) =>
        {
            held.Add(context.IsHeld);
            await StealAsync(other, context.RunId);
            var told = new TaskCompletionSource();
            await using var registration = token.Register(told.SetResult);
            Time.Advance(TimeSpan.FromSeconds(15));
            await told.Task;
            held.Add(context.IsHeld);
            context.Log(WorkLogLevel.Information, "too late");
            return Script.Done;
        };

        var run = await RunAsync();

        Assert.Equal([true, false], held);
        Assert.Equal((RunState.Queued, null), (run.State, run.ResultJson));
        Assert.DoesNotContain(await Host.Runs.ListEventsAsync(run.Id, 0, 100, CancellationToken.None), e => e.Text == "too late");
    }

    [Fact]
    public async Task A_holder_that_cannot_renew_stops_itself_ten_seconds_before_the_end()
    {
        var id = await Host.QueueAsync();
        var lease = await Host.LeaseAsync(id);
        var options = new SchedulingOptions { DataDirectory = DataPath, RenewEvery = TimeSpan.FromSeconds(49) };
        await using var holder = new Execution.RunHolder(
            lease, Host.Ledger, Time, options with { RenewEvery = TimeSpan.FromHours(1) }, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);

        Time.Advance(TimeSpan.FromSeconds(49));
        Assert.True(holder.IsHeld);

        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(holder.IsHeld);
        Assert.True(holder.Token.IsCancellationRequested);
        Assert.Equal(Execution.StopCause.LeaseLost, holder.Cause);
    }

    [Fact]
    public async Task A_checkpoint_reaches_the_next_attempt()
    {
        Script.Body = async (context, token) =>
        {
            Assert.Equal((1, null), (context.Attempt, context.Checkpoint));
            await context.CheckpointAsync("""{"folder":"Inbox"}""", token);
            throw new ArchiveException(new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork), "dropped");
        };
        var run = await RunAsync();
        (int, string?) seen = default;
        var started = default(DateTimeOffset);
        Script.Body = (context, _) =>
        {
            seen = (context.Attempt, context.Checkpoint);
            started = context.StartedAt;
            return Task.FromResult(Script.Done);
        };

        Time.Advance(TimeSpan.FromSeconds(30));
        await PassAsync();
        await Host.Executor.ExecuteAsync(run.Id, CancellationToken.None);

        Assert.Equal((2, """{"folder":"Inbox"}"""), seen);
        Assert.Equal(run.StartedAt, started);
    }

    [Fact]
    public async Task Progress_numbers_lines_and_items_are_kept_with_the_run()
    {
        Script.Body = (context, _) =>
        {
            context.Report("reading", 3, 10, 300);
            context.ReportNumbers("""{"seen":3}""");
            context.ReportItem(new Situation(SituationKeys.MessageTooLarge, ErrorClass.Item).With("folder", "Inbox"));
            context.Log(WorkLogLevel.Warning, "one is too large");
            throw new ArchiveException(new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork), "dropped");
        };

        var run = await RunAsync();

        var view = (await Host.Runs.GetAsync(run.Id, CancellationToken.None))!;
        Assert.Equal(("reading", 3L, 10L), (view.Progress!.Phase, view.Progress.Done, view.Progress.Total));
        Assert.Equal("""{"seen":3}""", view.NumbersJson);
        Assert.Equal(1, view.Items);
        var item = Assert.Single(await Host.Runs.ListItemsAsync(run.Id, 0, 10, CancellationToken.None));
        Assert.Equal("Inbox", item.Situation.Values["folder"]);
        Assert.Contains(
            await Host.Runs.ListEventsAsync(run.Id, 0, 100, CancellationToken.None),
            e => e is { Kind: RunEventKind.Log, Level: WorkLogLevel.Warning, Text: "one is too large" });
        var log = await File.ReadAllTextAsync(view.LogFile);
        Assert.StartsWith("2026-11-24T02:00:00.0000000+00:00 warn  one is too large", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_kind_is_unknown_here_stays_for_a_newer_host()
    {
        var id = await Host.QueueAsync();
        await using (var db = await Host.OpenAsync())
        {
            db.JobRuns.Single(run => run.Id == id).Kind = "Newer";
            await db.SaveChangesAsync();
        }

        await Host.Executor.ExecuteAsync(id, CancellationToken.None);

        Assert.Equal(RunState.Queued, (await Host.RowAsync(id)).State);
    }

    [Fact]
    public async Task An_unknown_host_fails_at_once_until_the_same_has_worked()
    {
        Script.Body = (_, _) => throw new ArchiveException(new Situation(SituationKeys.HostUnknown, ErrorClass.TransientNetwork), "unknown");
        Assert.Equal(RunState.Failed, (await RunAsync("never")).State);

        Script.Body = (_, _) => Task.FromResult(Script.Done);
        await RunAsync("once");
        Script.Body = (_, _) => throw new ArchiveException(new Situation(SituationKeys.HostUnknown, ErrorClass.TransientNetwork), "unknown");
        Assert.Equal(RunState.Waiting, (await RunAsync("once")).State);

        Script.HasWorked = true;
        var asked = await Host.QueueExclusiveAsync(7);
        await Host.Executor.ExecuteAsync(asked, CancellationToken.None);
        Assert.Equal(RunState.Waiting, (await Host.RowAsync(asked)).State);
    }

    private async Task<JobRun> RunAsync(string name = "a")
    {
        var id = await Host.QueueAsync(name);
        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        return await Host.RowAsync(id);
    }

    private async Task<int> TryUntilFailedAsync(string name)
    {
        var run = await RunAsync(name);
        var tries = 1;
        for (; run.State == RunState.Waiting && tries < 30; tries++)
        {
            Time.Advance(run.NotBefore!.Value - Time.GetUtcNow());
            await PassAsync();
            await Host.Executor.ExecuteAsync(run.Id, CancellationToken.None);
            run = await Host.RowAsync(run.Id);
        }

        Assert.Equal(RunState.Failed, run.State);
        return tries;
    }

    /// <summary>As another host would after the lease ran out.</summary>
    private static async Task StealAsync(TestHost host, long runId)
    {
        var run = await host.RowAsync(runId);
        await host.Ledger.CloseOrphanAsync(new Ledger.Orphan(runId, run.Epoch, run.Kind, "h", 0, null, HasDied: false));
        await host.Ledger.RequeueInterruptedAsync(CancellationToken.None);
    }
}
