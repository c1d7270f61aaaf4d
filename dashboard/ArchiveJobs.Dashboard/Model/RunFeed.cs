using System.Collections.Immutable;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>Hands what happens to runs on to the open pages. Thread-safe; a listener must return at once.</summary>
internal sealed class RunFeed : IRunObserver
{
    private ImmutableList<Action<RunUpdate>> _listeners = [];

    public void OnUpdate(RunUpdate update)
    {
        foreach (var listener in _listeners)
        {
            listener(update);
        }
    }

    public IDisposable Listen(Action<RunUpdate> listener)
    {
        ImmutableInterlocked.Update(ref _listeners, list => list.Add(listener));
        return new Subscription(() => ImmutableInterlocked.Update(ref _listeners, list => list.Remove(listener)));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
