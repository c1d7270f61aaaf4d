using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

public class QueueTests : LedgerTest
{
    [Fact]
    public async Task The_same_is_not_queued_twice_while_it_is_not_over()
    {
        var first = await EnqueueAsync("""{"name":"a","store":1}""");

        var second = await EnqueueAsync("""{ "store": 1, "name": "a" }""");

        Assert.Equal(new QueuedRun(first.Id, IsNew: false), second);
        Assert.Equal([first.Id], Host.Dispatched.Runs);
    }

    [Fact]
    public async Task The_same_is_queued_again_once_it_is_over()
    {
        var first = await EnqueueAsync("""{"name":"a"}""");
        await Host.EndAsync(await Host.LeaseAsync(first.Id));

        var second = await EnqueueAsync("""{"name":"a"}""");

        Assert.True(second.IsNew);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task Other_arguments_are_another_run()
    {
        Assert.NotEqual((await EnqueueAsync("""{"name":"a"}""")).Id, (await EnqueueAsync("""{"name":"b"}""")).Id);
    }

    [Fact]
    public async Task Many_who_ask_for_the_same_at_once_get_one_run()
    {
        var second = NewHost();
        var asked = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Host : second).Runs.EnqueueAsync("Scripted", """{"name":"a"}""", RunTrigger.Manual, "tanaka", CancellationToken.None))));

        Assert.Single(asked, run => run.IsNew);
        Assert.Single(asked.Select(run => run.Id).Distinct());
    }

    [Fact]
    public async Task Unknown_kinds_and_wrong_arguments_are_refused_by_name()
    {
        var kind = await Assert.ThrowsAsync<JobArgumentsException>(() =>
            Host.Runs.EnqueueAsync("Nothing", "{}", RunTrigger.Manual, "tanaka", CancellationToken.None));
        var extra = await Assert.ThrowsAsync<JobArgumentsException>(() => EnqueueAsync("""{"name":"a","shop":1}"""));
        var missing = await Assert.ThrowsAsync<JobArgumentsException>(() => EnqueueAsync("{}"));

        Assert.Equal("There is no job kind Nothing. There are: Exclusive, Scripted.", kind.Message);
        Assert.Contains("shop", extra.Message, StringComparison.Ordinal);
        Assert.Contains("name", missing.Message, StringComparison.Ordinal);
        Assert.Empty(await Host.Runs.ListAsync(RunFilter.All, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_child_names_its_parent_and_the_first_of_the_chain()
    {
        var parent = await Host.QueueAsync();
        var child = await Host.Runs.EnqueueChildAsync(parent, "Scripted", """{"name":"child"}""", "run", CancellationToken.None);
        var grandchild = await Host.Runs.EnqueueChildAsync(child.Id, "Scripted", """{"name":"grandchild"}""", "run", CancellationToken.None);

        var row = await Host.RowAsync(grandchild.Id);
        Assert.Equal((child.Id, parent, RunTrigger.Chain), (row.ParentId, row.RootId, row.Trigger));
    }

    [Fact]
    public async Task Lists_are_paged_newest_first_and_filtered()
    {
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await Host.QueueAsync($"n{i}"));
        }

        await Host.EndAsync(await Host.LeaseAsync(ids[0]));

        var page = await Host.Runs.ListAsync(RunFilter.All, null, 2, CancellationToken.None);
        var next = await Host.Runs.ListAsync(RunFilter.All, page[^1].Id, 2, CancellationToken.None);
        var over = await Host.Runs.ListAsync(new RunFilter { IsLive = false }, null, 10, CancellationToken.None);
        var queued = await Host.Runs.ListAsync(new RunFilter { State = RunState.Queued, Kind = "Scripted" }, null, 10, CancellationToken.None);

        Assert.Equal([ids[4], ids[3]], page.Select(run => run.Id));
        Assert.Equal([ids[2], ids[1]], next.Select(run => run.Id));
        Assert.Equal([ids[0]], over.Select(run => run.Id));
        Assert.Equal([ids[4], ids[3], ids[2], ids[1]], queued.Select(run => run.Id));
    }

    private Task<QueuedRun> EnqueueAsync(string arguments) =>
        Host.Runs.EnqueueAsync("Scripted", arguments, RunTrigger.Manual, "tanaka", CancellationToken.None);
}
