using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Runs;

/// <summary>Which runs a list shows; null takes all.</summary>
public sealed record RunFilter
{
    public static readonly RunFilter All = new();

    public string? Kind { get; init; }

    public RunState? State { get; init; }

    public int? StoreId { get; init; }

    public int? ScheduleId { get; init; }

    /// <summary>Only runs that are not over (true) or over (false).</summary>
    public bool? IsLive { get; init; }

    /// <summary>Only runs that asked for exactly this; needs <see cref="Kind"/>.</summary>
    public string? ArgumentsJson { get; init; }

    /// <summary>Only the latest run of each request, when it came to a bad end or waits for a person.</summary>
    public bool NeedsPerson { get; init; }

    /// <summary>Digest of kind and arguments; filled in by the service.</summary>
    internal string? Identity { get; init; }
}

/// <summary>A run in a list.</summary>
/// <param name="Next">When it is tried next; null when nothing is due, or at once.</param>
/// <param name="Situation">What is behind the state; null when there is nothing to say.</param>
/// <param name="SlotAt">The slot of that schedule it was made for; null when a person triggered the schedule.</param>
public sealed record RunSummary(
    long Id, Guid Key, string Kind, string ArgumentsJson, RunTrigger Trigger, string RequestedBy, int? StoreId,
    RunState State, RunReason Reason, DateTimeOffset StateSince, DateTimeOffset? Next, Situation? Situation,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int? ScheduleId = null, DateTimeOffset? SlotAt = null);

/// <summary>A run with all that is known of it, except its events and items, which are paged.</summary>
/// <param name="NumbersJson">The numbers of the kind while it works; null before the first.</param>
/// <param name="ResultJson">The numbers of the kind at its end; null before.</param>
/// <param name="LogFile">Path of the complete log on the host that ran it.</param>
public sealed record RunView(
    RunSummary Summary, RunProgress? Progress, string? NumbersJson, string? ResultJson, string? CheckpointJson,
    int Crashes, int ManualRetries, long? ParentId, DateTimeOffset? CancelRequestedAt, string? CancelRequestedBy,
    IReadOnlyList<RunAttemptView> Attempts, int Items, string LogFile)
{
    public RunState State => Summary.State;
}

/// <param name="EndState">Null while it lasts.</param>
public sealed record RunAttemptView(
    long Epoch, string Host, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, RunState? EndState, bool IsCharged, string? ErrorClass, Situation? Situation);

public sealed record RunEventView(
    long Id, DateTimeOffset At, RunEventKind Kind, WorkLogLevel Level, RunState? State, RunReason Reason, string? Actor, string Text);

public sealed record RunItemView(long Id, DateTimeOffset At, Situation Situation);

/// <summary>How far a running run is.</summary>
/// <param name="Total">Null when unknown.</param>
/// <param name="PerSecond">Items a second, smoothed; 0 when not known yet.</param>
/// <param name="BytesPerSecond">Smoothed; 0 when not known yet.</param>
/// <param name="Left">Estimate; null when the total or the rate is unknown.</param>
public sealed record RunProgress(
    string Phase, long Done, long? Total, long DoneBytes, double PerSecond, double BytesPerSecond, TimeSpan? Left);
