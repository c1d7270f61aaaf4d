namespace ArchiveJobs.Master;

/// <summary>What a <see cref="ScheduleEvent"/> tells. The numbers are stored and never reused.</summary>
public enum ScheduleEventKind
{
    Created = 0,
    Changed = 1,

    /// <summary>Paused or disabled by a person.</summary>
    Paused = 2,

    /// <summary>By a person, or because the pause is over.</summary>
    Resumed = 3,

    /// <summary>A person asked to pass over the next slot.</summary>
    SkipAsked = 4,

    /// <summary>Slots passed while no host was there; the text names them.</summary>
    Missed = 5,

    /// <summary>No good run by slot + grace. Once, until <see cref="Recovered"/>.</summary>
    Overdue = 6,

    /// <summary>A good run has ended the overdue state.</summary>
    Recovered = 7,

    /// <summary>The clock was behind the cursor.</summary>
    ClockSetBack = 8,

    /// <summary>Only told to observers: the row and its events are gone.</summary>
    Removed = 9,
}

/// <summary>One line of a schedule's history, append-only.</summary>
public sealed class ScheduleEvent
{
    public long Id { get; set; }

    public int ScheduleId { get; set; }

    public DateTimeOffset At { get; set; }

    public ScheduleEventKind Kind { get; set; }

    /// <summary>The slot it is about; null when it is about none.</summary>
    public DateTimeOffset? SlotAt { get; set; }

    /// <summary>The run that goes with it: the Skipped row, or the good run.</summary>
    public long? RunId { get; set; }

    /// <summary>Who did it; null when it was the host.</summary>
    public string? Actor { get; set; }

    /// <summary>English line for logs and details.</summary>
    public required string Text { get; set; }

    /// <summary>The situation behind it as JSON; null when there is nothing to say.</summary>
    public string? SituationJson { get; set; }
}
