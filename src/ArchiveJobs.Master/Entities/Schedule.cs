namespace ArchiveJobs.Master;

/// <summary>When a job is due by itself; docs/schedules.md has the rules. Each change adds 1 to <see cref="Version"/> and asks for the one it read.</summary>
public sealed class Schedule
{
    public int Id { get; set; }

    /// <summary>Unique, also without regard to case.</summary>
    public required string Name { get; set; }

    /// <summary>Name of the job kind.</summary>
    public required string Kind { get; set; }

    /// <summary>In the form the runs have.</summary>
    public required string ArgumentsJson { get; set; }

    /// <summary>Five fields; null when <see cref="EverySeconds"/> or <see cref="AfterScheduleId"/> says when.</summary>
    public string? Cron { get; set; }

    /// <summary>Seconds between slots, 60 or more.</summary>
    public long? EverySeconds { get; set; }

    /// <summary>Its slots are the ends of the good runs of this schedule.</summary>
    public int? AfterScheduleId { get; set; }

    /// <summary>IANA id; <see cref="Cron"/> is read in it.</summary>
    public required string Zone { get; set; }

    public bool IsEnabled { get; set; } = true;

    /// <summary>Slots before it do not count; null when it is not paused.</summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>The next slot is passed over, because a person said so.</summary>
    public bool SkipNext { get; set; }

    public CatchUpRule CatchUp { get; set; } = CatchUpRule.Last;

    /// <summary>How many missed slots <see cref="CatchUpRule.All"/> makes up, 1 to 100.</summary>
    public int CatchUpLimit { get; set; } = 1;

    public OverlapRule Overlap { get; set; } = OverlapRule.Skip;

    /// <summary>A run starts up to so many seconds after its slot; 0 for at once.</summary>
    public int JitterSeconds { get; set; }

    /// <summary>Seconds after a slot by which a good run must have ended; 0 for no watch.</summary>
    public int GraceSeconds { get; set; }

    /// <summary>The cursor: every slot up to it has been decided.</summary>
    public DateTimeOffset LastSlotAt { get; set; }

    /// <summary>The first slot after the cursor; null when there is none, and for chains.</summary>
    public DateTimeOffset? NextSlotAt { get; set; }

    /// <summary>Missed slots that wait to be made up, oldest first: UTC ticks joined by commas; null for none.</summary>
    public string? PendingSlots { get; set; }

    /// <summary>The oldest decided slot after which no good run has ended yet; null when there is none.</summary>
    public DateTimeOffset? WatchedSlotAt { get; set; }

    /// <summary>The slot since which a good run is overdue; null when all is well.</summary>
    public DateTimeOffset? OverdueSince { get; set; }

    public int Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }
}

/// <summary>What is done about slots that passed while no host was there. The numbers are stored and never reused.</summary>
public enum CatchUpRule
{
    None = 0,
    Last = 1,
    All = 2,
}

/// <summary>What is done about a slot while a run of the same is not over. The numbers are stored and never reused.</summary>
public enum OverlapRule
{
    Skip = 0,
}
