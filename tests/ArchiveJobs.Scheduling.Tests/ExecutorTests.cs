using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Tests.Kit;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class ExecutorTests : LedgerTest
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
}
