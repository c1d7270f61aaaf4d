using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

public class WatchTests : LedgerTest
{
    [Fact]
    public async Task A_watcher_sees_states_progress_and_lines_in_order_and_the_end()
    {
        Script.Body = (context, _) =>
        {
            context.Log(WorkLogLevel.Information, "begins");
            context.Report("reading", 1, 2, 10);
            return Task.FromResult(Script.Done);
        };
        var id = await Host.QueueAsync();
        var seen = new List<RunUpdate>();
        var watching = Host.Runs.WaitForEndAsync(id, seen.Add, CancellationToken.None);

        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        var end = await watching;

        Assert.Equal(RunState.Succeeded, end.State);
        Assert.Equal("begins", Assert.Single(seen.OfType<RunLogged>()).Line);
        Assert.Equal(1, Assert.Single(seen.OfType<RunProgressed>()).Progress.Done);
        Assert.Equal([RunState.Queued, RunState.Running, RunState.Succeeded], seen.OfType<RunStateChanged>().Select(s => s.State));
        Assert.IsType<RunStateChanged>(seen[^1]);
    }

    [Fact]
    public async Task What_another_process_does_is_seen_within_a_second()
    {
        var other = NewHost();
        var id = await Host.QueueAsync();
        await using var watcher = other.Runs.WatchAsync(id, CancellationToken.None).GetAsyncEnumerator();
        await watcher.MoveNextAsync();
        await Host.Executor.ExecuteAsync(id, CancellationToken.None);

        var next = watcher.MoveNextAsync().AsTask();
        while (!next.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await next);
        Assert.Equal(RunState.Succeeded, Assert.IsType<RunStateChanged>(watcher.Current).State);
        Assert.False(await watcher.MoveNextAsync());
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_nothing_to_watch()
    {
        await using var watcher = Host.Runs.WatchAsync(404, CancellationToken.None).GetAsyncEnumerator();

        Assert.False(await watcher.MoveNextAsync());
    }

    [Fact]
    public async Task Progress_is_handed_on_four_times_a_second_and_knows_what_is_left()
    {
        var id = await Host.QueueAsync();
        var seen = new List<RunUpdate>();
        Script.Body = (context, _) =>
        {
            for (var done = 0; done <= 1000; done += 10)
            {
                context.Report("reading", done, 2000, done * 100);
                Time.Advance(TimeSpan.FromMilliseconds(100));
            }

            return Task.FromResult(Script.Done);
        };
        var watching = Host.Runs.WaitForEndAsync(id, seen.Add, CancellationToken.None);

        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        await watching;

        // 10 s of reports, one every 100 ms: each third is handed on. 100 items a second, 1000 left.
        var progress = seen.OfType<RunProgressed>().Select(p => p.Progress).ToList();
        Assert.Equal(34, progress.Count);
        Assert.Equal(100, progress[^1].PerSecond, 0.001);
        Assert.Equal(10_000, progress[^1].BytesPerSecond, 0.1);
        Assert.InRange(progress[^1].Left!.Value.TotalSeconds, 10, 10.2);
    }
}
