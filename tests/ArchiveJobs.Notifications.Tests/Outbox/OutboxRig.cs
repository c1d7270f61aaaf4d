using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Outbox;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.TestKit.Master;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ArchiveJobs.Notifications.Tests.Outbox;

/// <summary>A master database with one profile and one store, a clock that stands still, and hosts on them.</summary>
public abstract class OutboxRig : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("aj-outbox-").FullName;
    private readonly List<ServiceProvider> _hosts = [];
    private TestDatabase? _database;
    private int _runs;

    /// <summary>What the same tests run on.</summary>
    protected virtual TestEngine Engine => TestEngine.Sqlite;

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero));

    internal FakeChannel Channel { get; } = new();

    internal IAlertService Alerts => Get<IAlertService>();

    internal AlertCourier Courier => Get<AlertCourier>();

    public virtual async ValueTask InitializeAsync()
    {
        AddHost();
        await Get<MasterDatabase>().MigrateAsync(CancellationToken.None);
        await using var db = await OpenAsync();
        db.Stores.Add(new Store { Id = 1, Name = "2026", Path = "stores/1" });
        db.Profiles.Add(new Profile { Id = 7, Name = "Sales", SourceKind = "imap", Settings = new ProfileSettings { Host = "imap.example.jp" } });
        db.Profiles.Add(new Profile { Id = 8, Name = "Support", SourceKind = "imap" });
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _database?.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Another process on the same database.</summary>
    internal IServiceProvider AddHost()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<ISecretProtector, PlainSecrets>();
        (_database ??= TestDatabase.Create(Engine, _directory)).AddTo(services);
        services.AddNotifications(new NotificationsOptions { Host = "archive01", Version = "1.0" });
        services.AddSingleton<IAlertChannel>(Channel);
        _hosts.Add(services.BuildServiceProvider());
        return _hosts[^1];
    }

    internal T Get<T>()
        where T : notnull => _hosts[0].GetRequiredService<T>();

    internal Task<MasterContext> OpenAsync() => Get<IDbContextFactory<MasterContext>>().CreateDbContextAsync();

    internal async Task<int> AddChannelAsync(string to = "everyone") =>
        (await Alerts.AddAsync(new FakeSettings(to), null, "en", "tanaka", CancellationToken.None)).Id;

    /// <summary>A run as it stands after a transition, told to the desk in one transaction, as the ledger does.</summary>
    internal async Task<JobRun> RunAsync(RunState state, RunReason reason = RunReason.None, Situation? situation = null, Action<JobRun>? set = null, string? actor = null)
    {
        await using var db = await OpenAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var run = new JobRun
        {
            Key = Guid.NewGuid(), Kind = "RunProfile", ArgumentsJson = """{"name":"Sales"}""", Identity = $"run {++_runs}", Queue = "b-archive", RequestedBy = "tanaka",
            State = state, Reason = reason, SituationJson = situation is null ? null : SituationJson.Write(situation), StateSince = Time.GetUtcNow(), CreatedAt = Time.GetUtcNow(),
            StoreId = 1, Epoch = 1,
        };
        set?.Invoke(run);
        db.JobRuns.Add(run);
        await db.SaveChangesAsync();
        await Get<AlertDesk>().AddAsync(db, run, actor, CancellationToken.None);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return run;
    }

    internal static Situation Refused => new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication).With("host", "imap.example.jp").With("b", "sales@example.jp");

    internal static Situation Full => new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull).With("s", "2026");

    internal static Situation Dead => new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork).With("host", "imap.example.jp").With("port", 993);

    internal Task PassAsync() => Courier.PassAsync(CancellationToken.None);

    internal async Task<AlertDelivery> OnlyDeliveryAsync()
    {
        await using var db = await OpenAsync();
        return await db.AlertDeliveries.AsNoTracking().SingleAsync();
    }

    private sealed class PlainSecrets : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> secret, string purpose) => [.. secret];

        public byte[] Unprotect(ReadOnlySpan<byte> protectedSecret, string purpose) => [.. protectedSecret];
    }
}
