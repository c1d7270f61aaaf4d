using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ArchiveJobs.Scheduling.Tests;

public class MasterModelTests : LedgerTest
{
    [Fact]
    public async Task The_compiled_model_is_the_model()
    {
        await using var compiled = await Host.OpenAsync();
        var options = new DbContextOptionsBuilder<MasterContext>();
        new SqliteMasterProvider(Path.Combine(DataPath, "master.db")).ConfigureEngine(options);
        await using var built = new MasterContext(options.Options);

        Assert.Equal(Describe(built.Model), Describe(compiled.Model));
        Assert.False(built.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task Instants_are_stored_and_ordered_as_utc()
    {
        await using var db = await Host.OpenAsync();
        var late = new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.FromHours(9)); // 00:00 UTC
        var later = new DateTimeOffset(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);
        db.Stores.Add(new Store { Id = 2, Name = "b", Path = "stores/2", CreatedAt = later });
        db.Stores.Add(new Store { Id = 1, Name = "a", Path = "stores/1", CreatedAt = late });
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();

        var stores = await db.Stores.OrderBy(store => store.CreatedAt).ToListAsync();

        Assert.Equal(["a", "b"], stores.Select(store => store.Name));
        Assert.Equal((late, TimeSpan.Zero), (stores[0].CreatedAt, stores[0].CreatedAt.Offset));
    }

    [Fact]
    public async Task The_settings_of_a_profile_survive()
    {
        await using var db = await Host.OpenAsync();
        var settings = new ProfileSettings { Host = "imap.example.jp", Port = 143, Security = ConnectionSecurity.StartTls, Exclude = ["ゴミ箱"], MaxMessageOctets = 5 };
        db.Profiles.Add(new Profile { Name = "Sales", SourceKind = "imap", Settings = settings, CreatedAt = Time.GetUtcNow() });
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();

        var read = (await db.Profiles.SingleAsync()).Settings;

        Assert.Equivalent(settings, read);
    }

    [Fact]
    public async Task A_user_is_known_by_name_without_regard_to_case()
    {
        await using var db = await Host.OpenAsync();
        db.Users.Add(User.Named("Tanaka", Time.GetUtcNow()));
        await db.SaveChangesAsync();

        Assert.NotNull(await db.Users.FirstOrDefaultAsync(user => user.NameKey == User.KeyOf("tanaka")));
        db.Users.Add(User.Named("TANAKA", Time.GetUtcNow()));
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
    }

    internal static List<string> Describe(IModel model) =>
    [
        .. model.GetEntityTypes().SelectMany(type => type.GetProperties().Select(property =>
            $"{type.GetTableName()}.{property.GetColumnName()} {property.GetColumnType()} {property.IsNullable} {property.GetMaxLength()} {property.GetTypeMapping().Converter?.GetType().Name}")).Order(),
        .. model.GetEntityTypes().SelectMany(type => type.GetIndexes().Select(index =>
            $"{type.GetTableName()} {string.Join(',', index.Properties.Select(p => p.Name))} {index.IsUnique}")).Order(),
    ];
}
