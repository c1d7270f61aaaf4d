using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>A copy of a master database comes into the empty database of the engine of the test.</summary>
public class MasterImportTests : LedgerTest
{
    private static readonly Guid Restore = new("6f1c1f0e-9a3b-4d5e-8c7f-0123456789ab");

    private IMasterProvider Target => Host.Services.GetRequiredService<IMasterProvider>();

    private IMasterProvider Copy { get; set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await NewHost().Services.GetRequiredService<MasterDatabase>().MigrateAsync(CancellationToken.None);
        var path = Path.Combine(DataPath, "copy.db");
        var original = new SqliteMasterProvider(Path.Combine(DataPath, "original.db"), isPooled: false);
        await using (var db = SampleRows.Open(original))
        {
            await db.Database.MigrateAsync();
        }

        await SampleRows.WriteAsync(original);
        await MasterSqliteRegistration.CopyOf(original).WriteAsync(path, CancellationToken.None);
        Copy = MasterSqliteRegistration.ReadCopy(path);
    }

    [Fact]
    public async Task All_rows_of_the_copy_come_into_an_empty_database()
    {
        var copied = await SampleRows.ReadAsync(Copy);

        await new MasterImport(Target, Time).RunAsync(Copy, Restore, CancellationToken.None);

        var read = await SampleRows.ReadAsync(Target);
        Assert.Equal(copied, read.Where(line => !line.Contains("restore.imported", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_restore_that_goes_on_does_not_bring_them_twice()
    {
        await new MasterImport(Target, Time).RunAsync(Copy, Restore, CancellationToken.None);
        var before = await SampleRows.ReadAsync(Target);

        var isWanted = await new MasterImport(Target, Time).IsWantedAsync(Restore, CancellationToken.None);
        await new MasterImport(Target, Time).RunAsync(Copy, Restore, CancellationToken.None);

        Assert.False(isWanted);
        Assert.Equal(before, await SampleRows.ReadAsync(Target));
    }

    [Fact]
    public async Task A_database_with_anything_in_it_is_refused_and_stays_as_it_is()
    {
        await using (var db = SampleRows.Open(Target))
        {
            db.Users.Add(User.Named("Tanaka", Time.GetUtcNow()));
            await db.SaveChangesAsync();
        }

        var before = await SampleRows.ReadAsync(Target);

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => new MasterImport(Target, Time).RunAsync(Copy, Restore, CancellationToken.None));

        Assert.Equal((SituationKeys.RestoreDatabaseUsed, ErrorClass.Refused), (failure.Situation.Key, failure.Situation.Class));
        Assert.Contains("its table Users has rows", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await SampleRows.ReadAsync(Target));
    }

    [Fact]
    public async Task An_import_that_fails_in_its_middle_leaves_nothing()
    {
        var copy = new EndsEarly(Copy);

        await Assert.ThrowsAsync<IOException>(() => new MasterImport(Target, Time).RunAsync(copy, Restore, CancellationToken.None));

        Assert.Empty(await SampleRows.ReadAsync(Target));
    }

    /// <summary>A copy that cannot be read any further once several tables have come across.</summary>
    private sealed class EndsEarly(IMasterProvider copy) : IMasterProvider, IMasterRows
    {
        private int _tables;

        public string Name => copy.Name;

        public string Server => copy.Server;

        public bool IsSingleHost => copy.IsSingleHost;

        public IReadOnlyList<string> KnownMigrations => copy.KnownMigrations;

        public IMasterRows Rows => this;

        public void Configure(DbContextOptionsBuilder options) => copy.Configure(options);

        public Task<IReadOnlyList<string>> ReadMigrationsAsync(CancellationToken cancellationToken) => copy.ReadMigrationsAsync(cancellationToken);

        public Task<IDbContextTransaction> BeginSnapshotAsync(MasterContext context, CancellationToken cancellationToken) => copy.Rows.BeginSnapshotAsync(context, cancellationToken);

        public Task<long> ReadLastNumberAsync(MasterContext context, NumberedTable table, CancellationToken cancellationToken) =>
            ++_tables > 5 ? throw new IOException("The file ends.") : copy.Rows.ReadLastNumberAsync(context, table, cancellationToken);

        public Task WriteLastNumberAsync(MasterContext context, NumberedTable table, long last, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
