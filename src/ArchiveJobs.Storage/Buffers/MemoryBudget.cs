namespace ArchiveJobs.Storage.Buffers;

/// <summary>Bytes that all message buffers of a host may hold in memory. Thread-safe.</summary>
internal sealed class MemoryBudget(long capacity)
{
    private readonly object _lock = new();   // Monitor: waiting for a change needs Wait and Pulse.
    private long _taken;

    public long Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes bytes when there is room now.</summary>
    public bool TryTake(long bytes)
    {
        lock (_lock)
        {
            return Fits(bytes);
        }
    }

    /// <summary>Waits for room. Blocks: the caller is the thread that reads from a source, and standing still there is what slows the source down.</summary>
    public void Take(long bytes, CancellationToken cancellationToken)
    {
        if (TryTake(bytes))
        {
            return;
        }

        using var canceled = cancellationToken.Register(WakeAll);
        lock (_lock)
        {
            while (!Fits(bytes))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_lock);
            }
        }
    }

    public void Return(long bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
            Monitor.PulseAll(_lock);
        }
    }

    private void WakeAll()
    {
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>More than the whole budget fits when nothing else is held: nobody waits for ever.</summary>
    private bool Fits(long bytes)
    {
        if (_taken > 0 && _taken + bytes > capacity)
        {
            return false;
        }

        _taken += bytes;
        return true;
    }
}
