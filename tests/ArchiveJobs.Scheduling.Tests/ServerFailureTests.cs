using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.PostgreSql;
using ArchiveJobs.Scheduling.Tests.Kit;
using ArchiveJobs.TestKit.Master;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>What a real PostgreSQL says to a run when it is locked or closed to it.</summary>
[Trait("Category", "Servers")]
public sealed class ServerFailureTests : LedgerTest
{
    protected override TestEngine Engine => TestEngine.PostgreSql;

    [Fact]
    public async Task A_database_that_can_only_be_read_is_told_as_that()
    {
        var said = await SayAsync(async db =>
        {
            await db.Database.ExecuteSqlRawAsync("SET default_transaction_read_only = on");
            db.Stores.Add(new Store { Id = 1, Name = "a", Path = "stores/1", CreatedAt = Time.GetUtcNow() });
            await db.SaveChangesAsync();
        });

        Assert.Equal((SituationKeys.DatabaseReadOnly, ErrorClass.Database), said);
    }

    [Fact]
    public async Task Another_that_holds_a_row_for_too_long_is_told_as_a_busy_server()
    {
        await using var holder = await Host.OpenAsync();
        await using var held = await holder.Database.BeginTransactionAsync();
        await holder.Database.ExecuteSqlRawAsync("LOCK TABLE \"Stores\" IN ACCESS EXCLUSIVE MODE");

        var said = await SayAsync(async db =>
        {
            await db.Database.ExecuteSqlRawAsync("SET lock_timeout = '50ms'");
            await db.Stores.CountAsync();
        });

        Assert.Equal((SituationKeys.DatabaseServerBusy, ErrorClass.Database), said);
    }

    [Theory]
    [InlineData("Database=none", "database.missing")]
    [InlineData("Username=stranger", "database.denied")]
    [InlineData("Username=crowded", "database.connections")]
    [InlineData("Port=1", "database.unreachable")]
    public async Task A_connection_that_is_not_made_says_why(string changed, string key)
    {
        await using (var db = await Host.OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("DROP ROLE IF EXISTS crowded; CREATE ROLE crowded LOGIN CONNECTION LIMIT 0");
        }

        var connection = new NpgsqlConnectionStringBuilder(Database.Connection + ";" + changed) { Pooling = false }.ConnectionString;
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var db = SampleRows.Open(new PostgreSqlMasterProvider(connection));
            await db.Stores.CountAsync();
        });

        var situation = Explain(failure)!;
        Assert.Equal((key, ErrorClass.Database), (situation.Key, situation.Class));
    }

    private Situation? Explain(Exception failure) => Host.Services.GetRequiredService<IMasterProvider>().Explain(failure);

    private async Task<(string Key, ErrorClass Class)> SayAsync(Func<MasterContext, Task> work)
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            // A connection of its own: what is set on it goes with it.
            await using var db = SampleRows.Open(new PostgreSqlMasterProvider(Database.Connection + ";Pooling=false"));
            await db.Database.OpenConnectionAsync();
            await work(db);
        });
        var situation = Explain(failure)!;
        return (situation.Key, situation.Class);
    }
}
