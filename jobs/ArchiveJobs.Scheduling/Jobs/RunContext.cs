using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>What a job sees of its run. Thread-safe.</summary>
public abstract class RunContext : IWorkProgress, IRunFence
{
    public abstract long RunId { get; }

    /// <summary>Names the run in a store's facts, for good.</summary>
    public abstract Guid RunKey { get; }

    /// <summary>1 for the first try.</summary>
    public abstract int Attempt { get; }

    /// <summary>A person asked for this attempt: by starting, triggering or repeating the run, or by releasing it from a wait. False for what the program does by itself.</summary>
    public abstract bool IsByHand { get; }

    /// <summary>When the run was first started; the same in every attempt.</summary>
    public abstract DateTimeOffset StartedAt { get; }

    /// <summary>What <see cref="CheckpointAsync"/> stored last, also by an earlier attempt; null at first.</summary>
    public abstract string? Checkpoint { get; }

    /// <summary>False once the lease is lost; asked by the store's writer before each batch.</summary>
    public abstract bool IsHeld { get; }

    /// <summary>Stores a small JSON text and tells the ledger that the run has moved on: counters of tries and of crashes start again.</summary>
    public abstract Task CheckpointAsync(string json, CancellationToken cancellationToken);

    /// <summary>Live numbers of this kind as one JSON object, in the shape of <see cref="JobResult.ResultJson"/>; written to the ledger at most every 2 s.</summary>
    public abstract void ReportNumbers(string json);

    /// <summary>Keeps a situation of one item or mailbox with the run (its list of failed items), at most 1,000.</summary>
    public abstract void ReportItem(Situation situation);

    public abstract void Report(string phase, long done, long? total, long doneBytes);

    public abstract void Log(WorkLogLevel level, string line);
}
