using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Runs;

/// <summary>Something that happened to a run that is watched.</summary>
public abstract record RunUpdate(long RunId, DateTimeOffset At);

/// <param name="Next">When it is tried next; null when nothing is due, or at once.</param>
public sealed record RunStateChanged(
    long RunId, DateTimeOffset At, RunState State, RunReason Reason, DateTimeOffset? Next, Situation? Situation) : RunUpdate(RunId, At);

/// <summary>Progress is handed on at most four times a second; the latest wins.</summary>
/// <param name="NumbersJson">The numbers of the kind, when the job reports them.</param>
public sealed record RunProgressed(long RunId, DateTimeOffset At, RunProgress Progress, string? NumbersJson) : RunUpdate(RunId, At);

public sealed record RunLogged(long RunId, DateTimeOffset At, WorkLogLevel Level, string Line) : RunUpdate(RunId, At);

public sealed record RunItemReported(long RunId, DateTimeOffset At, Situation Situation) : RunUpdate(RunId, At);
