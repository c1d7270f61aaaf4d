using ArchiveJobs.Master;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>Between the engine of the test and SQLite, in both directions. On SQLite itself it is a copy between two files.</summary>
public class RowCopyTests : LedgerTest
{
    private IMasterProvider Server => Host.Services.GetRequiredService<IMasterProvider>();

    private IMasterProvider File { get; set; } = null!;

    /// <summary>No host is started: the tables are empty.</summary>
    public override async ValueTask InitializeAsync()
    {
        await NewHost().Services.GetRequiredService<MasterDatabase>().MigrateAsync(CancellationToken.None);
        File = new SqliteMasterProvider(Path.Combine(DataPath, "other.db"), isPooled: false);
        await using var db = SampleRows.Open(File);
        await db.Database.MigrateAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_table_no_column_and_no_value_is_left_out(bool fromServer)
    {
        var (source, target) = fromServer ? (Server, File) : (File, Server);
        var written = await SampleRows.WriteAsync(source);

        await CopyAsync(source, target);

        await using var model = SampleRows.Open(target);
        var read = await SampleRows.ReadAsync(target);
        Assert.Equal(written, read);
        Assert.Equal(model.Model.GetEntityTypes().Sum(type => type.GetProperties().Count()) * SampleRows.RowsOfATable, read.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_number_that_was_given_once_is_not_given_again(bool fromServer)
    {
        var (source, target) = fromServer ? (Server, File) : (File, Server);
        await using (var db = SampleRows.Open(source))
        {
            db.Schedules.AddRange(NewSchedule("kept"), NewSchedule("dropped"));
            await db.SaveChangesAsync();
            await db.Schedules.Where(schedule => schedule.Name == "dropped").ExecuteDeleteAsync();
        }

        await CopyAsync(source, target);

        await using var copy = SampleRows.Open(target);
        var next = NewSchedule("next");
        copy.Schedules.Add(next);
        await copy.SaveChangesAsync();
        Assert.Equal(3, next.Id);
    }

    [Fact]
    public async Task Rows_that_name_others_of_their_table_come_across_in_any_order()
    {
        await using (var db = SampleRows.Open(File))
        {
            var (first, last) = (NewSchedule("first"), NewSchedule("last"));
            db.Schedules.AddRange(first, last);
            await db.SaveChangesAsync();
            first.AfterScheduleId = last.Id;
            await db.SaveChangesAsync();
        }

        await CopyAsync(File, Server);

        await using var copy = SampleRows.Open(Server);
        Assert.Equal([2, null], await copy.Schedules.OrderBy(schedule => schedule.Id).Select(schedule => schedule.AfterScheduleId).ToListAsync());
    }

    [Fact]
    public async Task Tables_of_many_rows_come_across_whole()
    {
        await using (var db = SampleRows.Open(Server))
        {
            db.Users.AddRange(Enumerable.Range(1, 1001).Select(number => User.Named($"user{number}", Time.GetUtcNow())));
            await db.SaveChangesAsync();
        }

        var rows = await CopyAsync(Server, File);

        await using var copy = SampleRows.Open(File);
        Assert.Equal((1001, 1001), (rows, await copy.Users.CountAsync()));
        Assert.Equal(Enumerable.Range(1, 1001), await copy.Users.OrderBy(user => user.Id).Select(user => user.Id).ToListAsync());
    }

    internal static async Task<long> CopyAsync(IMasterProvider source, IMasterProvider target)
    {
        await using var from = SampleRows.Open(source);
        await using var to = SampleRows.Open(target);
        await using var snapshot = await source.Rows.BeginSnapshotAsync(from, CancellationToken.None);
        await using var writing = await to.Database.BeginTransactionAsync();
        var rows = await new RowCopy(from, source.Rows, to, target.Rows).RunAsync(CancellationToken.None);
        await writing.CommitAsync();
        return rows;
    }

    private Schedule NewSchedule(string name) => new()
    {
        Name = name, Kind = "Scripted", ArgumentsJson = "{}", Zone = "UTC", CreatedBy = "test", CreatedAt = Time.GetUtcNow(),
    };
}
