using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Tests.Kit;
using ArchiveJobs.TestKit.Master;

namespace ArchiveJobs.Scheduling.Tests;

public class RecoveryTests : LedgerTest
{
    [Fact]
    public async Task A_run_of_a_killed_host_is_interrupted_at_once_and_taken_up_by_the_next()
    {
        var id = await Host.QueueAsync();
        await Host.LeaseAsync(id);
        Host.Kill();

        var next = await NewHost().BootAsync();

        var run = await next.RowAsync(id);
        Assert.Equal((RunState.Interrupted, 1), (run.State, run.Crashes));
        await PassAsync(next);
        Assert.Equal([id], next.Dispatched.Runs);
        await next.Executor.ExecuteAsync(id, CancellationToken.None);
        run = await next.RowAsync(id);
        Assert.Equal((RunState.Succeeded, 2), (run.State, run.Epoch));
        var attempts = (await next.Runs.GetAsync(id, CancellationToken.None))!.Attempts;
        Assert.Equal([RunState.Interrupted, RunState.Succeeded], attempts.Select(a => a.EndState!.Value));
        Assert.DoesNotContain(attempts, a => a.IsCharged);
    }

    [Fact]
    public async Task Three_deaths_without_a_checkpoint_block_the_run_until_a_person_releases_it()
    {
        var id = await Host.QueueAsync();
        var host = Host;
        for (var death = 1; death <= 3; death++)
        {
            await host.LeaseAsync(id);
            host.Kill();
            host = await NewHost().BootAsync();
            Assert.Equal(death, (await host.RowAsync(id)).Crashes);
            await PassAsync(host);
        }

        var run = await host.RowAsync(id);
        Assert.Equal(RunState.Blocked, run.State);
        Assert.Equal(SituationKeys.RunBlocked, SituationJson.Read(run.SituationJson!).Key);
        await PassAsync(host);
        Assert.Equal(RunState.Blocked, (await host.RowAsync(id)).State);

        await host.Runs.RetryAsync(id, "tanaka", CancellationToken.None);

        run = await host.RowAsync(id);
        Assert.Equal((RunState.Queued, 0, 1), (run.State, run.Crashes, run.ManualRetries));
        await host.Executor.ExecuteAsync(id, CancellationToken.None);
        Assert.Equal(RunState.Succeeded, (await host.RowAsync(id)).State);
    }

    [Fact]
    public async Task A_checkpoint_in_between_starts_the_count_of_deaths_again()
    {
        var id = await Host.QueueAsync();
        var host = Host;
        for (var death = 1; death <= 4; death++)
        {
            var lease = await host.LeaseAsync(id);
            await host.Ledger.CheckpointAsync(lease, $$"""{"at":{{death}}}""", CancellationToken.None);
            host.Kill();
            host = await NewHost().BootAsync();
            await PassAsync(host);
        }

        var run = await host.RowAsync(id);
        Assert.Equal((RunState.Queued, 1, """{"at":4}"""), (run.State, run.Crashes, run.CheckpointJson));
    }

    [Fact]
    public async Task A_stop_in_good_order_is_no_crash()
    {
        var id = await Host.QueueAsync();
        await Host.LeaseAsync(id);
        await Host.StopAsync();

        var next = await NewHost().BootAsync();

        var run = await next.RowAsync(id);
        Assert.Equal((RunState.Interrupted, 0), (run.State, run.Crashes));
    }

    [Fact]
    public async Task A_killed_run_that_a_person_wanted_to_end_is_cancelled()
    {
        var id = await Host.QueueAsync();
        await Host.LeaseAsync(id);
        await Host.Runs.CancelAsync(id, "tanaka", CancellationToken.None);
        Host.Kill();

        var next = await NewHost().BootAsync();

        Assert.Equal(RunState.Cancelled, (await next.RowAsync(id)).State);
    }

    [Fact]
    public async Task A_second_host_on_the_same_data_is_refused_by_name()
    {
        var second = NewHost();

        var refused = await Assert.ThrowsAsync<ArchiveException>(() => second.BootAsync());

        Assert.Equal(Engine == TestEngine.Sqlite ? SituationKeys.HostSecondSqlite : SituationKeys.HostSecond, refused.Situation.Key);
        Assert.Contains(Environment.MachineName, refused.Situation.Values["other"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_queued_before_a_restart_is_delivered_again()
    {
        var id = await Host.QueueAsync();
        Host.Kill();
        var next = await NewHost().BootAsync();

        await PassAsync(next);

        Assert.Equal([id], next.Dispatched.Runs);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        await using (var db = await Host.OpenAsync())
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(
                db.Database, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')");
        }

        Host.Kill();

        var refused = await Assert.ThrowsAsync<ArchiveException>(() => NewHost().BootAsync());

        Assert.Equal(SituationKeys.DatabaseNewer, refused.Situation.Key);
        Assert.Equal("29990101000000_Later", refused.Situation.Values["newer"]);
    }
}
