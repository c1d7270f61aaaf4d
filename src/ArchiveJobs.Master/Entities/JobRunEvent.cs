namespace ArchiveJobs.Master;

/// <summary>What a <see cref="JobRunEvent"/> tells. The numbers are stored and never reused.</summary>
public enum RunEventKind
{
    /// <summary>A transition, written in its transaction.</summary>
    State = 0,

    /// <summary>A line of the run's log.</summary>
    Log = 1,
}

/// <summary>One line of a run's history, append-only; the newest of each run are kept (docs/run-states.md).</summary>
public sealed class JobRunEvent
{
    public long Id { get; set; }

    public long RunId { get; set; }

    public DateTimeOffset At { get; set; }

    public RunEventKind Kind { get; set; }

    /// <summary>0 information, 1 warning, 2 error.</summary>
    public int Level { get; set; }

    /// <summary>The state entered; null for log lines.</summary>
    public RunState? State { get; set; }

    public RunReason Reason { get; set; }

    /// <summary>Who did it; null when it was the host.</summary>
    public string? Actor { get; set; }

    /// <summary>English line for logs and details; sentences for people come from the situation.</summary>
    public required string Text { get; set; }
}
