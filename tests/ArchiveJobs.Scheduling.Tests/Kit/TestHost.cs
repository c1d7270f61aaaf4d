using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.TestKit.Master;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>One process on a data directory. Several on the same directory, one after the other or at once, are several processes.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly List<IHostedService> _started = [];

    public TestHost(TempData data, TestDatabase database, FakeTimeProvider time, Script script, DeliveryKind? delivery = null, Func<SchedulingOptions, SchedulingOptions>? options = null, Action<IServiceCollection>? configure = null)
    {
        DataPath = data.Path;
        var all = new ServiceCollection();
        all.AddLogging();
        all.AddSingleton<TimeProvider>(time);
        all.AddSingleton<IRandomSource>(new FixedRandom());
        all.AddSingleton<IDiskProbe>(script);
        all.AddSingleton(script);
        database.AddTo(all);
        var chosen = new SchedulingOptions
        {
            DataDirectory = data.Path, Delivery = delivery ?? DeliveryKind.InProcess, WorkersPerClass = 2, MaxClockDifference = TimeSpan.MaxValue,   // Its clock stands still.
            Storage = database.Engine switch { TestEngine.PostgreSql => DeliveryStorage.PostgreSql, TestEngine.SqlServer => DeliveryStorage.SqlServer, _ => DeliveryStorage.InMemory },
            StorageConnection = database.Connection,
        };
        all.AddScheduling(options?.Invoke(chosen) ?? chosen);
        all.AddJob<ScriptedJob, ScriptedJob.Args>(WorkClass.Archive);
        all.AddJob<ExclusiveJob, ExclusiveJob.Args>();
        if (delivery is null)
        {
            // Tests that deliver by hand: nothing runs unless they say so.
            all.RemoveAll<IRunDispatcher>();
            all.AddSingleton<RecordingDispatcher>();
            all.AddSingleton<IRunDispatcher>(p => p.GetRequiredService<RecordingDispatcher>());
        }

        all.AddSingleton<ISecretProtector, BoundSecrets>();
        configure?.Invoke(all);
        _provider = all.BuildServiceProvider();
    }

    public string DataPath { get; }

    public IServiceProvider Services => _provider;

    public RunLedger Ledger => _provider.GetRequiredService<RunLedger>();

    public IRunService Runs => _provider.GetRequiredService<IRunService>();

    public RunExecutor Executor => _provider.GetRequiredService<RunExecutor>();

    public RunReconciler Reconciler => _provider.GetRequiredService<RunReconciler>();

    public RecordingDispatcher Dispatched => _provider.GetRequiredService<RecordingDispatcher>();

    public HostStop Stop => _provider.GetRequiredService<HostStop>();

    /// <summary>Only the first step of a start: lock, schema, orphans. Nothing is delivered, no loop runs.</summary>
    public async Task<TestHost> BootAsync()
    {
        var host = _provider.GetServices<IHostedService>().OfType<SchedulingHost>().Single();
        await host.StartAsync(CancellationToken.None);
        _started.Add(host);
        return this;
    }

    /// <summary>All of a start.</summary>
    public async Task<TestHost> StartAsync()
    {
        foreach (var service in _provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
            _started.Add(service);
        }

        return this;
    }

    public async Task StopAsync()
    {
        foreach (var service in Enumerable.Reverse(_started))
        {
            await service.StopAsync(CancellationToken.None);
        }

        _started.Clear();
    }

    /// <summary>The process is gone without a word: its lock is free, its rows stay as they are.</summary>
    public void Kill() => _provider.GetServices<IHostedService>().OfType<SchedulingHost>().Single().Dispose();

    public async Task<MasterContext> OpenAsync() =>
        await _provider.GetRequiredService<IDbContextFactory<MasterContext>>().CreateDbContextAsync();

    public async Task<JobRun> RowAsync(long id)
    {
        await using var db = await OpenAsync();
        return await db.JobRuns.AsNoTracking().SingleAsync(run => run.Id == id);
    }

    public async Task<long> QueueAsync(string name = "a", int? store = null) =>
        (await Runs.EnqueueAsync("Scripted", $$"""{"name":"{{name}}","store":{{(store is { } s ? $"{s}" : "null")}}}""", RunTrigger.Manual, "tanaka", CancellationToken.None)).Id;

    public async Task<long> QueueExclusiveAsync(int store, string name = "x") =>
        (await Runs.EnqueueAsync("Exclusive", $$"""{"name":"{{name}}","store":{{store}}}""", RunTrigger.Manual, "tanaka", CancellationToken.None)).Id;

    /// <summary>Accepts a run as the executor does, without running anything.</summary>
    public async Task<Acceptance> AcceptAsync(long id)
    {
        var run = await Ledger.FindAcceptableAsync(id, CancellationToken.None);
        return run is null ? Acceptance.Refused : await Ledger.TryAcceptAsync(run, run.StoreId, CancellationToken.None);
    }

    public async Task<RunLease> LeaseAsync(long id) => (await AcceptAsync(id)).Lease ?? throw new InvalidOperationException("refused");

    private static string Json(int? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";

    public Task<EndOutcome> EndAsync(RunLease lease, RunState state = RunState.Succeeded) =>
        Ledger.EndAsync(lease, new AttemptEnd(new Transition(state, RunReason.None, "test"), IsCharged: false));

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _provider.DisposeAsync();
    }
}

/// <summary>A fresh directory, removed at the end.</summary>
internal sealed class TempData : IDisposable
{
    public TempData() => Path = Directory.CreateTempSubdirectory("archivejobs-scheduling-").FullName;

    public string Path { get; }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }
}

internal sealed class FixedRandom : IRandomSource
{
    /// <summary>Half of every backoff.</summary>
    public double NextFraction() => 0.5;

    public Guid NewKey() => Guid.NewGuid();
}

internal sealed class RecordingDispatcher : IRunDispatcher
{
    private readonly List<long> _runs = [];

    public IReadOnlyList<long> Runs
    {
        get
        {
            lock (_runs)
            {
                return _runs.ToArray();
            }
        }
    }

    public void Deliver(long runId, string queue)
    {
        lock (_runs)
        {
            _runs.Add(runId);
        }
    }

    /// <summary>What was handed to another host, or to this one by name.</summary>
    public List<(Guid Host, long Run)> To { get; } = [];

    public bool DeliverTo(Guid hostId, long runId, string queue)
    {
        lock (_runs)
        {
            To.Add((hostId, runId));
            _runs.Add(runId);
        }

        return true;
    }

    public void Clear()
    {
        lock (_runs)
        {
            _runs.Clear();
        }
    }
}
