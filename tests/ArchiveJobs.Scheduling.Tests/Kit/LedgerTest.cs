using ArchiveJobs.TestKit.Master;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>A data directory, a clock that stands still until it is moved, and hosts on them.</summary>
public abstract class LedgerTest : IAsyncLifetime
{
    private readonly TempData _data = new();
    private readonly List<TestHost> _hosts = [];
    private readonly List<TempData> _others = [];
    private TestDatabase? _database;

    /// <summary>What the same tests run on.</summary>
    protected virtual TestEngine Engine => TestEngine.Sqlite;

    internal TestDatabase Database => _database ??= CreateDatabase();

    private protected virtual TestDatabase CreateDatabase() => TestDatabase.Create(Engine, DataPath);

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero));

    internal Script Script { get; } = new();

    internal string DataPath => _data.Path;

    /// <summary>The first host, booted.</summary>
    internal TestHost Host => _hosts[0];

    public virtual async ValueTask InitializeAsync() => await NewHost().BootAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _database?.Dispose();
        _data.Dispose();
        foreach (var data in _others)
        {
            data.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    internal TestHost NewHost(DeliveryKind? delivery = null, Func<SchedulingOptions, SchedulingOptions>? options = null, Action<IServiceCollection>? configure = null)
    {
        var host = new TestHost(_data, Database, Time, Script, delivery, options, configure);
        _hosts.Add(host);
        return host;
    }

    /// <summary>A host on another machine: with a data directory of its own, on the same database.</summary>
    internal TestHost NewHostElsewhere(Action<IServiceCollection>? configure = null)
    {
        var data = new TempData();
        _others.Add(data);
        var host = new TestHost(data, Database, Time, Script, configure: configure);
        _hosts.Add(host);
        return host;
    }

    internal Task PassAsync(TestHost? host = null) => (host ?? Host).Reconciler.PassAsync(CancellationToken.None);
}
