using ArchiveJobs.Core;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Runs;

/// <summary>The door to the runs, for the command line, the API and the dashboard. Thread-safe.</summary>
public interface IRunService
{
    /// <summary>Asks for a run. While a run of the same kind and arguments is not over, that one is returned instead.</summary>
    /// <param name="argumentsJson">One JSON object with the properties of the kind's arguments.</param>
    /// <param name="requestedBy">Who asks: a user name, or the name of a part of the program.</param>
    /// <exception cref="Jobs.JobArgumentsException">No such kind, or arguments that do not fit it. Nothing was queued.</exception>
    /// <exception cref="ArchiveException">The store of these arguments cannot be found.</exception>
    Task<QueuedRun> EnqueueAsync(string kind, string argumentsJson, RunTrigger trigger, string requestedBy, CancellationToken cancellationToken);

    /// <summary>The same, as the child of a run.</summary>
    Task<QueuedRun> EnqueueChildAsync(long parentId, string kind, string argumentsJson, string requestedBy, CancellationToken cancellationToken);

    /// <summary>The run with its attempts; null when there is none of this id.</summary>
    Task<RunView?> GetAsync(long id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="beforeId">Only runs with a smaller id; null for the newest.</param>
    /// <param name="limit">1 to 500.</param>
    Task<IReadOnlyList<RunSummary>> ListAsync(RunFilter filter, long? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>Events and log lines, oldest first.</summary>
    /// <param name="afterId">Only events with a larger id; 0 for all.</param>
    /// <param name="limit">1 to 1000.</param>
    Task<IReadOnlyList<RunEventView>> ListEventsAsync(long id, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Items and mailboxes that failed or need a look, oldest first.</summary>
    Task<IReadOnlyList<RunItemView>> ListItemsAsync(long id, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Cancels it, at once when nobody works on it, else as soon as the job notices.</summary>
    Task<CancelOutcome> CancelAsync(long id, string requestedBy, CancellationToken cancellationToken);

    /// <summary>Releases a run that waits or is blocked; asks for a run with the same arguments when it is over.</summary>
    /// <returns>The run to look at: the same, or the new one. Null when there is none of this id, or it is queued or running.</returns>
    Task<QueuedRun?> RetryAsync(long id, string requestedBy, CancellationToken cancellationToken);

    /// <summary>
    /// Its state now, then everything that happens, until it is over. A run that another process works on is looked at every second.
    /// Who does not want to sit out a wait stops reading at a <see cref="RunStateChanged"/> that says Waiting or Blocked.
    /// </summary>
    IAsyncEnumerable<RunUpdate> WatchAsync(long id, CancellationToken cancellationToken);

    /// <summary>Returns when it is over, with its last state; hands every update on.</summary>
    Task<RunView> WaitForEndAsync(long id, Action<RunUpdate>? onUpdate, CancellationToken cancellationToken);
}

/// <param name="IsNew">False when an identical run was not over yet.</param>
public readonly record struct QueuedRun(long Id, bool IsNew);

public enum CancelOutcome
{
    NotFound,

    /// <summary>It was over already; nothing changed.</summary>
    AlreadyOver,

    Cancelled,

    /// <summary>It is running and has been told; it ends at its next safe place.</summary>
    Requested,
}
