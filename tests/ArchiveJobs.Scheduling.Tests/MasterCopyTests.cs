using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

public class MasterCopyTests : LedgerTest
{
    private string CopyPath => Path.Combine(DataPath, "copy.db");

    [Fact]
    public async Task In_a_copy_nothing_is_under_way_and_stores_lie_below_it()
    {
        await using (var db = await Host.OpenAsync())
        {
            foreach (var (state, live) in new[] { (RunState.Queued, "a"), (RunState.Running, "b"), (RunState.Waiting, "c"), (RunState.Blocked, "d"), (RunState.Succeeded, null) })
            {
                db.JobRuns.Add(NewRun(state, live));
            }

            db.Stores.Add(new Store { Id = 1, Name = "Away", Path = "/mnt/other/7", CreatedAt = Time.GetUtcNow() });
            await db.SaveChangesAsync();
            var running = await db.JobRuns.FirstAsync(run => run.State == RunState.Running);
            db.JobRunAttempts.Add(new JobRunAttempt { RunId = running.Id, Epoch = 1, Host = "original", StartedAt = Time.GetUtcNow() });
            db.StoreLeases.Add(new StoreLease { StoreId = 1, RunId = running.Id });
            db.StoreOwners.Add(new StoreOwner { StoreId = 1, Host = "original", Epoch = 4 });
            await db.SaveChangesAsync();
        }

        await CopyAsync();

        await using var copy = OpenCopy();
        Assert.Equal(
            [RunState.Cancelled, RunState.Cancelled, RunState.Cancelled, RunState.Cancelled, RunState.Succeeded],
            await copy.JobRuns.OrderBy(run => run.Id).Select(run => run.State).ToListAsync());
        Assert.All(await copy.JobRuns.ToListAsync(), run => Assert.True(run.LiveIdentity is null && run.BootId is null && run.EndedAt is not null));
        Assert.Equal("stores/1", (await copy.Stores.SingleAsync()).Path);
        Assert.Equal(RunState.Cancelled, (await copy.JobRunAttempts.SingleAsync()).EndState);
        Assert.Empty(await copy.StoreLeases.ToListAsync());
        Assert.Empty(await copy.StoreOwners.ToListAsync());
        Assert.NotNull((await copy.JobHosts.SingleAsync()).StoppedAt);
        await using var original = await Host.OpenAsync();
        Assert.Equal(("/mnt/other/7", RunState.Queued), ((await original.Stores.SingleAsync()).Path, (await original.JobRuns.OrderBy(run => run.Id).FirstAsync()).State));
    }

    [Fact]
    public async Task A_copy_is_one_file_and_is_made_while_somebody_writes()
    {
        await using var db = await Host.OpenAsync();
        await using var writing = await db.Database.BeginTransactionAsync();
        db.Stores.Add(new Store { Id = 1, Name = "Not yet", Path = "stores/1", CreatedAt = Time.GetUtcNow() });
        await db.SaveChangesAsync();

        await CopyAsync();

        await writing.CommitAsync();
        Assert.Equal(["copy.db"], Directory.GetFiles(DataPath, "copy.db*").Select(Path.GetFileName));
        await using var copy = OpenCopy();
        Assert.Empty(await copy.Stores.ToListAsync());
        Assert.Equal(Host.Services.GetRequiredService<IMasterProvider>().KnownMigrations, (await copy.Database.GetAppliedMigrationsAsync()));
        Assert.Equal(1, await db.Stores.CountAsync());
    }

    private Task CopyAsync() => MasterSqliteRegistration.CopyOf(Host.Services.GetRequiredService<IMasterProvider>()).WriteAsync(CopyPath, CancellationToken.None);

    private JobRun NewRun(RunState state, string? live) => new()
    {
        Key = Guid.NewGuid(), Kind = "Scripted", ArgumentsJson = "{}", Identity = live ?? "e", LiveIdentity = live, Queue = "archive", RequestedBy = "test", State = state,
        BootId = state == RunState.Running ? Guid.NewGuid() : null, CreatedAt = Time.GetUtcNow(), StateSince = Time.GetUtcNow(), EndedAt = state == RunState.Succeeded ? Time.GetUtcNow() : null,
    };

    private MasterContext OpenCopy()
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = CopyPath, Pooling = false }.ToString();
        return new MasterContext(new DbContextOptionsBuilder<MasterContext>().UseSqlite(connection).Options);
    }
}
