namespace ArchiveJobs.Scheduling.Hosting;

internal enum PlannerChange
{
    None,
    IsSilent,
    IsHeard,
}

/// <summary>Whether the planner of this process still looks at the schedules. Thread-safe.</summary>
internal sealed class PlannerPulse
{
    /// <summary>Heartbeats, 15 s apart, without a look of the planner: 10 minutes.</summary>
    private const int Patience = 40;

    private readonly Lock _lock = new();
    private int _counted;
    private bool _isPlanning;

    // Unknown at first: what an earlier process told may still stand.
    private PlannerChange _told;

    /// <summary>When it looked last.</summary>
    public DateTimeOffset HeardAt { get; private set; }

    /// <summary>The planner begins.</summary>
    public void Begin(DateTimeOffset now)
    {
        lock (_lock)
        {
            (_isPlanning, HeardAt, _counted) = (true, now, 0);
        }
    }

    /// <summary>The planner has looked at every schedule.</summary>
    public void Beat(DateTimeOffset now)
    {
        lock (_lock)
        {
            (HeardAt, _counted) = (now, -1);
        }
    }

    /// <returns>What is to be told now; the same again until <see cref="Told"/>.</returns>
    public PlannerChange Count(DateTimeOffset now)
    {
        lock (_lock)
        {
            var isHeard = _counted < 0;
            _counted = Math.Max(_counted, 0) + 1;
            var seen = !_isPlanning ? PlannerChange.None : isHeard ? PlannerChange.IsHeard : _counted >= Patience && now > HeardAt ? PlannerChange.IsSilent : PlannerChange.None;
            _pending = seen is PlannerChange.None ? _pending : seen;
            return _pending == _told ? PlannerChange.None : _pending;
        }
    }

    private PlannerChange _pending;

    public void Told()
    {
        lock (_lock)
        {
            _told = _pending;
        }
    }
}
