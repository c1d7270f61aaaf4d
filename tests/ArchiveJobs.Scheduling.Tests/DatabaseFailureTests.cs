using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>What the master database says to a run is told as what it is, not as an error nobody knows.</summary>
public sealed class DatabaseFailureTests : LedgerTest
{
    [Theory]
    [InlineData(13, "database.full", RunState.Waiting, RunReason.Disk)]              // SQLITE_FULL
    [InlineData(10, "database.unreadable", RunState.Waiting, RunReason.Backoff)]     // SQLITE_IOERR
    [InlineData(8, "database.unreadable", RunState.Waiting, RunReason.Backoff)]      // SQLITE_READONLY
    [InlineData(5, "database.busy", RunState.Waiting, RunReason.Backoff)]            // SQLITE_BUSY
    [InlineData(11, "database.damaged", RunState.Waiting, RunReason.Person)]         // SQLITE_CORRUPT
    [InlineData(26, "database.damaged", RunState.Waiting, RunReason.Person)]         // SQLITE_NOTADB
    [InlineData(1, "run.unexpected", RunState.Waiting, RunReason.Backoff)]           // SQLITE_ERROR: a mistake of ours
    public async Task An_error_of_SQLite_is_the_situation_it_means(int code, string key, RunState state, RunReason reason)
    {
        var run = await FailAsync(new SqliteException("SQLite says no", code));

        Assert.Equal((key, state, reason), (SituationJson.Read(run.SituationJson!).Key, run.State, run.Reason));
        Assert.Contains("SQLite says no", SituationJson.Read(run.SituationJson!).ServerWords, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_found_below_what_wraps_it()
    {
        var run = await FailAsync(new DbUpdateException("An error occurred while saving.", new SqliteException("disk I/O error", 10)));

        Assert.Equal("database.unreadable", SituationJson.Read(run.SituationJson!).Key);
    }

    [Fact]
    public async Task What_waits_for_a_full_disk_is_counted_in_runs_and_not_in_messages()
    {
        Script.Body = (context, _) =>
        {
            context.Report("reading", 60, 120, 1000);
            throw new ArchiveException(new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull), "full");
        };
        foreach (var name in new[] { "a", "b", "c" })
        {
            await Host.Executor.ExecuteAsync(await Host.QueueAsync(name, store: name == "c" ? 2 : 1), CancellationToken.None);
        }

        await using var db = await Host.OpenAsync();
        var told = await db.JobRuns.OrderBy(run => run.Id).Select(run => run.SituationJson!).ToListAsync();
        Assert.Equal(["1", "2", "1"], told.Select(json => SituationJson.Read(json).Values["n"]));
    }

    private async Task<JobRun> FailAsync(Exception failure)
    {
        Script.Body = (_, _) => throw failure;
        var id = await Host.QueueAsync();
        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        return await Host.RowAsync(id);
    }
}
