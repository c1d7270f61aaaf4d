using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>Whole hosts with their loops, over both deliveries.</summary>
public class DeliveryTests : LedgerTest
{
    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(DeliveryKind.Hangfire)]
    [InlineData(DeliveryKind.InProcess)]
    public async Task What_is_asked_for_runs(DeliveryKind delivery)
    {
        var host = await NewHost(delivery).StartAsync();

        var ids = new List<long>();
        for (var i = 0; i < 10; i++)
        {
            ids.Add(await host.QueueAsync($"n{i}"));
        }

        foreach (var id in ids)
        {
            Assert.Equal(RunState.Succeeded, (await host.Runs.WaitForEndAsync(id, null, CancellationToken.None)).State);
        }

        Assert.Equal(10, Script.Started);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(DeliveryKind.Hangfire)]
    [InlineData(DeliveryKind.InProcess)]
    public async Task A_stop_interrupts_what_runs_and_the_next_start_takes_it_up(DeliveryKind delivery)
    {
        var started = new TaskCompletionSource();
        Script.Body = async (_, token) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
            return Script.Done;
        };
        var host = await NewHost(delivery).StartAsync();
        var id = await host.QueueAsync();
        await started.Task;

        await host.StopAsync();

        var run = await host.RowAsync(id);
        Assert.Equal((RunState.Interrupted, 0), (run.State, run.Crashes));
        Script.Body = (_, _) => Task.FromResult(Script.Done);
        var next = await NewHost(delivery).StartAsync();
        var end = await next.Runs.WaitForEndAsync(id, null, CancellationToken.None);
        Assert.Equal((RunState.Succeeded, 2), (end.State, end.Attempts.Count));
        Assert.DoesNotContain(end.Attempts, attempt => attempt.IsCharged);
        await next.StopAsync();
    }

    [Fact]
    public async Task An_exclusive_run_gives_its_worker_back_while_it_waits()
    {
        var release = new TaskCompletionSource();
        Script.Body = async (_, _) =>
        {
            await release.Task;
            return Script.Done;
        };
        var host = await NewHost(DeliveryKind.Hangfire, options => options with { WorkersPerClass = 1 }).StartAsync();
        var shared = await host.QueueAsync("a", 1);
        await WatchUntilAsync(host, shared, RunState.Running);
        var exclusive = await host.QueueExclusiveAsync(1);
        await WatchUntilAsync(host, exclusive, RunState.Waiting);
        var elsewhere = await host.QueueExclusiveAsync(2);
        await WatchUntilAsync(host, elsewhere, RunState.Running);

        release.SetResult();

        Assert.Equal(RunState.Succeeded, (await host.Runs.WaitForEndAsync(exclusive, null, CancellationToken.None)).State);
        await host.StopAsync();
    }

    private static async Task WatchUntilAsync(TestHost host, long id, RunState state)
    {
        await foreach (var update in host.Runs.WatchAsync(id, CancellationToken.None))
        {
            if (update is Runs.RunStateChanged changed && changed.State == state)
            {
                return;
            }
        }
    }
}
