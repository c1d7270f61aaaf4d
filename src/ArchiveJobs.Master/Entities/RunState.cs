namespace ArchiveJobs.Master;

/// <summary>Where a run stands; docs/run-states.md has the transitions. The numbers are stored and never reused.</summary>
public enum RunState
{
    /// <summary>Starts as soon as a worker is free.</summary>
    Queued = 0,

    /// <summary>A host works on it under a lease.</summary>
    Running = 1,

    /// <summary>Goes on by itself later, or when a person decides; <see cref="RunReason"/> says what for.</summary>
    Waiting = 2,

    /// <summary>Its host stopped; queued again without counting a try.</summary>
    Interrupted = 3,

    /// <summary>Three process deaths in a row without a checkpoint in between. A person has to decide.</summary>
    Blocked = 4,

    Succeeded = 10,
    CompletedWithWarnings = 11,
    CompletedWithErrors = 12,
    Failed = 13,
    Cancelled = 14,

    /// <summary>Was not started at all; <see cref="RunReason"/> says why.</summary>
    Skipped = 15,
}

/// <summary>Why a run is <see cref="RunState.Waiting"/> or <see cref="RunState.Skipped"/>. The numbers are stored and never reused.</summary>
public enum RunReason
{
    None = 0,

    Backoff = 1,
    Store = 2,
    Authentication = 3,
    Disk = 4,

    /// <summary>Waiting: for a decision. Skipped: a person said so.</summary>
    Person = 5,

    Window = 6,

    /// <summary>Skipped: the run of the slot before is still going.</summary>
    Overlap = 10,

    /// <summary>Skipped: the credentials have been refused before.</summary>
    Circuit = 11,

    /// <summary>Skipped: the slot was missed and is not made up.</summary>
    Missed = 12,
}

public static class RunStates
{
    /// <summary>The run is over for good; nothing leads out of such a state.</summary>
    public static bool IsFinal(this RunState state) => state >= RunState.Succeeded;

    /// <summary>All of the work is done: exit code 0.</summary>
    public static bool IsGood(this RunState state) => state is RunState.Succeeded or RunState.CompletedWithWarnings;
}
