using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

public class ReconcilerTests : LedgerTest
{
    [Fact]
    public async Task A_delivery_that_got_lost_is_made_again()
    {
        var id = await Host.QueueAsync();
        Host.Dispatched.Clear();

        await PassAsync();
        Assert.Empty(Host.Dispatched.Runs);

        Time.Advance(TimeSpan.FromSeconds(121));
        await PassAsync();
        Assert.Equal([id], Host.Dispatched.Runs);

        await PassAsync();
        Assert.Equal([id], Host.Dispatched.Runs);
    }

    [Fact]
    public async Task Two_reconcilers_do_not_both_deliver()
    {
        var id = await Host.QueueAsync();
        var second = NewHost();
        Host.Dispatched.Clear();
        Time.Advance(TimeSpan.FromSeconds(121));

        await Task.WhenAll(Task.Run(() => PassAsync()), Task.Run(() => PassAsync(second)));

        Assert.Equal([id], Host.Dispatched.Runs.Concat(second.Dispatched.Runs));
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_taken_over()
    {
        var id = await Host.QueueAsync();
        await Host.LeaseAsync(id);
        var second = NewHost();
        Time.Advance(TimeSpan.FromSeconds(59));
        await PassAsync(second);
        Assert.Equal(RunState.Running, (await Host.RowAsync(id)).State);

        Time.Advance(TimeSpan.FromSeconds(2));
        await PassAsync(second);

        var run = await Host.RowAsync(id);
        Assert.Equal((RunState.Queued, 1L), (run.State, run.Epoch));
        Assert.Contains(id, second.Dispatched.Runs);
    }

    [Fact]
    public async Task A_host_that_still_gives_signs_of_life_did_not_crash()
    {
        var alive = await Host.QueueAsync();
        await Host.LeaseAsync(alive);
        Time.Advance(TimeSpan.FromSeconds(61));
        await Host.Ledger.HeartbeatAsync(CancellationToken.None);

        await PassAsync(NewHost());

        Assert.Equal(0, (await Host.RowAsync(alive)).Crashes);
    }

    [Theory]
    [InlineData(RunReason.Backoff)]
    [InlineData(RunReason.Authentication)]
    [InlineData(RunReason.Disk)]
    [InlineData(RunReason.Store)]
    [InlineData(RunReason.Window)]
    public async Task A_wait_ends_when_its_time_has_come(RunReason reason)
    {
        var id = await WaitAsync(reason, Time.GetUtcNow().AddMinutes(5));

        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        await PassAsync();
        Assert.Equal(RunState.Waiting, (await Host.RowAsync(id)).State);

        Time.Advance(TimeSpan.FromTicks(1));
        await PassAsync();
        Assert.Equal(RunState.Queued, (await Host.RowAsync(id)).State);
        Assert.Equal([id], Host.Dispatched.Runs);
    }

    [Fact]
    public async Task A_wait_for_a_person_does_not_end_by_itself()
    {
        var id = await WaitAsync(RunReason.Person, null);

        Time.Advance(TimeSpan.FromDays(30));
        await PassAsync();

        Assert.Equal(RunState.Waiting, (await Host.RowAsync(id)).State);
    }

    [Fact]
    public async Task A_full_disk_is_looked_at_every_five_minutes_without_an_event()
    {
        var id = await WaitAsync(RunReason.Disk, Time.GetUtcNow().AddMinutes(5));
        Script.IsDiskWritable = false;
        var events = (await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None)).Count;

        Time.Advance(TimeSpan.FromMinutes(5));
        await PassAsync();
        var run = await Host.RowAsync(id);
        Assert.Equal((RunState.Waiting, Time.GetUtcNow().AddMinutes(5)), (run.State, run.NotBefore));
        Assert.Equal(events, (await Host.Runs.ListEventsAsync(id, 0, 100, CancellationToken.None)).Count);

        Script.IsDiskWritable = true;
        Time.Advance(TimeSpan.FromMinutes(5));
        await PassAsync();
        Assert.Equal(RunState.Queued, (await Host.RowAsync(id)).State);
    }

    private async Task<long> WaitAsync(RunReason reason, DateTimeOffset? until)
    {
        var id = await Host.QueueAsync();
        var lease = await Host.LeaseAsync(id);
        await Host.Ledger.EndAsync(lease, new AttemptEnd(new Transition(RunState.Waiting, reason, "test") { NotBefore = until }, IsCharged: false));
        Host.Dispatched.Clear();
        return id;
    }
}
