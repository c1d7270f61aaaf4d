using System.Collections.Concurrent;
using System.Threading.Channels;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>Who watches which run, and which runs this process works on. Thread-safe; nothing in it survives the process.</summary>
internal sealed class RunHub(IEnumerable<IRunObserver> observers)
{
    private readonly ConcurrentDictionary<long, RunHolder> _live = new();
    private readonly ConcurrentDictionary<Subscription, byte> _subscriptions = new();
    private readonly IRunObserver[] _observers = observers.ToArray();

    public bool IsLive(long runId) => _live.ContainsKey(runId);

    public int LiveCount => _live.Count;

    public void Enter(RunHolder holder) => _live[holder.Lease.RunId] = holder;

    public void Leave(RunHolder holder) => _live.TryRemove(KeyValuePair.Create(holder.Lease.RunId, holder));

    /// <summary>Tells the holder at once; a holder in another process reads it from the ledger.</summary>
    public void RequestCancel(long runId, string actor)
    {
        if (_live.TryGetValue(runId, out var holder))
        {
            holder.RequestCancel(actor);
        }
    }

    public void Publish(RunUpdate update)
    {
        foreach (var observer in _observers)
        {
            observer.OnUpdate(update);
        }

        foreach (var subscription in _subscriptions.Keys.Where(s => s.RunId == update.RunId))
        {
            subscription.Channel.Writer.TryWrite(update);
        }
    }

    public Subscription Subscribe(long runId)
    {
        var subscription = new Subscription(runId, this);
        _subscriptions[subscription] = 0;
        return subscription;
    }

    /// <summary>What one watcher has not read yet: at most 10,000 updates, the oldest are dropped first.</summary>
    internal sealed class Subscription(long runId, RunHub hub) : IDisposable
    {
        public long RunId => runId;

        public Channel<RunUpdate> Channel { get; } = System.Threading.Channels.Channel.CreateBounded<RunUpdate>(
            new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        public void Dispose() => hub._subscriptions.TryRemove(this, out _);
    }
}
