using ArchiveJobs.Master;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Tests.Kit;
using ArchiveJobs.TestKit.Master;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

[Trait("Category", "Servers")]
public sealed class RowSnapshotTests : LedgerTest
{
    protected override TestEngine Engine => TestEngine.PostgreSql;

    [Fact]
    public async Task What_is_written_while_a_copy_is_made_is_in_no_table_of_it()
    {
        var (server, file) = (Host.Services.GetRequiredService<IMasterProvider>(), new SqliteMasterProvider(Path.Combine(DataPath, "copy.db"), isPooled: false));
        await using var to = SampleRows.Open(file);
        await to.Database.MigrateAsync();
        await using var from = SampleRows.Open(server);

        await using var snapshot = await server.Rows.BeginSnapshotAsync(from, CancellationToken.None);
        Assert.False(await from.Users.AnyAsync());
        await using (var db = await Host.OpenAsync())
        {
            db.Users.Add(User.Named("Tanaka", Time.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        await new RowCopy(from, server.Rows, to, file.Rows).RunAsync(CancellationToken.None);

        Assert.Empty(await to.Users.ToListAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => from.Users.ExecuteDeleteAsync());
    }
}
