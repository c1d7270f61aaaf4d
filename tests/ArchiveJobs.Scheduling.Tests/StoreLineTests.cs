using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

public class StoreLineTests : LedgerTest
{
    [Fact]
    public async Task Shared_runs_use_a_store_together()
    {
        await Host.LeaseAsync(await Host.QueueAsync("a", 1));

        Assert.Equal(Verdict.Accepted, (await Host.AcceptAsync(await Host.QueueAsync("b", 1))).Verdict);
    }

    [Fact]
    public async Task An_exclusive_run_waits_in_line_without_an_attempt()
    {
        var shared = await Host.QueueAsync("a", 1);
        await Host.LeaseAsync(shared);
        var exclusive = await Host.QueueExclusiveAsync(1);

        Assert.Equal(Verdict.Parked, (await Host.AcceptAsync(exclusive)).Verdict);

        var run = await Host.RowAsync(exclusive);
        Assert.Equal((RunState.Waiting, RunReason.Store), (run.State, run.Reason));
        var view = (await Host.Runs.GetAsync(exclusive, CancellationToken.None))!;
        Assert.Empty(view.Attempts);
        Assert.Equal("store.busy", view.Summary.Situation!.Key);
        Assert.Equal(shared.ToString(System.Globalization.CultureInfo.InvariantCulture), view.Summary.Situation.Values["run"]);
    }

    [Fact]
    public async Task Another_store_is_not_concerned()
    {
        await Host.LeaseAsync(await Host.QueueExclusiveAsync(1));

        Assert.Equal(Verdict.Accepted, (await Host.AcceptAsync(await Host.QueueExclusiveAsync(2))).Verdict);
        Assert.Equal(Verdict.Accepted, (await Host.AcceptAsync(await Host.QueueAsync("a", 3))).Verdict);
    }

    [Fact]
    public async Task A_waiting_exclusive_run_stops_new_shared_ones_and_goes_first()
    {
        var running = await Host.LeaseAsync(await Host.QueueAsync("running", 1));
        var exclusive = await Host.QueueExclusiveAsync(1);
        await Host.AcceptAsync(exclusive);
        Time.Advance(TimeSpan.FromSeconds(1));
        var late = await Host.QueueAsync("late", 1);

        Assert.Equal(Verdict.Parked, (await Host.AcceptAsync(late)).Verdict);
        var outcome = await Host.EndAsync(running);

        Assert.Equal([exclusive], outcome.Woken.Select(w => w.RunId));
        Assert.Equal(RunState.Waiting, (await Host.RowAsync(late)).State);
        var held = await Host.LeaseAsync(exclusive);
        outcome = await Host.EndAsync(held);
        Assert.Equal([late], outcome.Woken.Select(w => w.RunId));
    }

    [Fact]
    public async Task A_new_shared_run_does_not_slip_in_between_the_wake_up_and_the_accept()
    {
        var running = await Host.LeaseAsync(await Host.QueueAsync("running", 1));
        var exclusive = await Host.QueueExclusiveAsync(1);
        await Host.AcceptAsync(exclusive);
        await Host.EndAsync(running);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RunState.Queued, (await Host.RowAsync(exclusive)).State);
        Assert.Equal(Verdict.Parked, (await Host.AcceptAsync(await Host.QueueAsync("late", 1))).Verdict);
    }

    [Fact]
    public async Task A_shared_run_that_waited_longer_goes_before_an_exclusive_one()
    {
        var held = await Host.LeaseAsync(await Host.QueueExclusiveAsync(1, "holder"));
        var shared = await Host.QueueAsync("shared", 1);
        await Host.AcceptAsync(shared);
        Time.Advance(TimeSpan.FromSeconds(1));
        var exclusive = await Host.QueueExclusiveAsync(1, "second");
        await Host.AcceptAsync(exclusive);

        var outcome = await Host.EndAsync(held);

        Assert.Equal([shared], outcome.Woken.Select(w => w.RunId));
        Assert.Equal(Verdict.Accepted, (await Host.AcceptAsync(shared)).Verdict);
    }

    [Fact]
    public async Task All_shared_runs_before_the_first_exclusive_one_are_woken_together()
    {
        var held = await Host.LeaseAsync(await Host.QueueExclusiveAsync(1, "holder"));
        var line = new List<long>();
        foreach (var name in new[] { "a", "b", "X", "c" })
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            var id = name == "X" ? await Host.QueueExclusiveAsync(1, name) : await Host.QueueAsync(name, 1);
            await Host.AcceptAsync(id);
            line.Add(id);
        }

        var outcome = await Host.EndAsync(held);

        Assert.Equal([line[0], line[1]], outcome.Woken.Select(w => w.RunId));
    }

    [Fact]
    public async Task The_death_of_a_holder_frees_its_store()
    {
        await Host.LeaseAsync(await Host.QueueExclusiveAsync(1, "dies"));
        var waiting = await Host.QueueExclusiveAsync(1, "waits");
        await Host.AcceptAsync(waiting);
        Host.Kill();

        var next = await NewHost().BootAsync();

        Assert.Equal(RunState.Queued, (await next.RowAsync(waiting)).State);
    }

    [Fact]
    public async Task A_wait_that_nobody_ended_is_ended_by_the_reconciler()
    {
        var running = await Host.LeaseAsync(await Host.QueueAsync("running", 1));
        var exclusive = await Host.QueueExclusiveAsync(1);
        await Host.AcceptAsync(exclusive);
        await using (var db = await Host.OpenAsync())
        {
            db.StoreLeases.RemoveRange(db.StoreLeases);
            await db.SaveChangesAsync();
        }

        await PassAsync();

        Assert.Equal(RunState.Queued, (await Host.RowAsync(exclusive)).State);
        Assert.True((await Host.EndAsync(running)).IsHeld);
    }

    [Fact]
    public async Task Shared_and_exclusive_runs_never_overlap_however_many_try()
    {
        var second = NewHost();
        await using (var stores = await Host.OpenAsync())
        {
            stores.Stores.AddRange(Enumerable.Range(1, 10).Select(id => new Store { Id = id, Name = $"{id}", Path = $"stores/{id}" }));
            await stores.SaveChangesAsync();
        }

        for (var round = 0; round < 10; round++)
        {
            var ids = new List<long>();
            for (var i = 0; i < 6; i++)
            {
                ids.Add(i % 3 == 0 ? await Host.QueueExclusiveAsync(round + 1, $"x{i}") : await Host.QueueAsync($"r{round}s{i}", round + 1));
            }

            await Task.WhenAll(ids.Select((id, i) => Task.Run(() => (i % 2 == 0 ? Host : second).AcceptAsync(id))));

            await using var db = await Host.OpenAsync();
            var modes = db.StoreLeases.Where(lease => lease.StoreId == round + 1).Select(lease => lease.Mode).ToList();
            Assert.True(modes.Count == 1 || modes.TrueForAll(mode => mode == LeaseMode.Shared), string.Join(',', modes));
        }
    }
}
