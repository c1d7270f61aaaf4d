using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Tests.Kit;
using ArchiveJobs.TestKit.Master;
using ArchiveJobs.TestKit.Servers;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>On a PostgreSQL of its own, which is stopped while a run is at it.</summary>
[Trait("Category", "Servers")]
public sealed class ServerStopTests : LedgerTest
{
    private readonly Lazy<PostgresServer> _server = new(() => PostgresServer.StartAsync().GetAwaiter().GetResult());

    protected override TestEngine Engine => TestEngine.PostgreSql;

    private protected override TestDatabase CreateDatabase() => TestDatabase.CreateOn(_server.Value);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.Value.DisposeAsync();
    }

    [Fact]
    public async Task A_run_whose_server_is_stopped_in_its_middle_waits_says_why_and_goes_on_when_it_is_back()
    {
        var (isAsking, isStopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        Script.Body = async (_, cancellationToken) =>
        {
            await using var db = await Host.OpenAsync();
            await db.Stores.CountAsync(cancellationToken);
            isAsking.SetResult();
            await isStopped.Task;
            await db.Stores.CountAsync(cancellationToken);
            return Script.Done;
        };
        var id = await Host.QueueAsync();

        var running = Host.Executor.ExecuteAsync(id, CancellationToken.None);
        await isAsking.Task;
        await _server.Value.StopAsync();
        isStopped.SetResult();
        await PassWithoutServerAsync();
        await _server.Value.StartAgainAsync();
        while (!running.IsCompleted)
        {
            // The executor looks again every second.
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(running, Task.Delay(20));
        }

        var waiting = await Host.RowAsync(id);
        Script.Body = (_, _) => Task.FromResult(Script.Done);
        Time.Advance(TimeSpan.FromSeconds(6));
        await PassAsync();
        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        var situation = SituationJson.Read(waiting.SituationJson!);
        Assert.Equal((RunState.Waiting, RunReason.Backoff, SituationKeys.DatabaseUnreachable), (waiting.State, waiting.Reason, situation.Key));
        Assert.Equal($"127.0.0.1:{_server.Value.Port}", situation.Values["server"]);
        Assert.Equal(RunState.Succeeded, (await Host.RowAsync(id)).State);
        await using var db = await Host.OpenAsync();
        Assert.Equal([false, false], await db.JobRunAttempts.OrderBy(attempt => attempt.Epoch).Select(attempt => attempt.IsCharged).ToListAsync());
    }

    /// <summary>The host goes on while its database is away.</summary>
    private async Task PassWithoutServerAsync()
    {
        var failure = await Record.ExceptionAsync(() => PassAsync());
        Assert.True(failure is null || DatabaseFailure.Is(failure), $"{failure}");
    }
}
