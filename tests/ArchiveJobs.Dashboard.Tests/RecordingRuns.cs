using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Remembers what was asked for and by whom; does nothing.</summary>
internal sealed class RecordingRuns : IRunService
{
    public List<string> Asked { get; } = [];

    public Task<QueuedRun> EnqueueAsync(string kind, string argumentsJson, RunTrigger trigger, string requestedBy, CancellationToken cancellationToken)
    {
        Asked.Add($"{kind} {argumentsJson} by {requestedBy}");
        return Task.FromResult(new QueuedRun(1, IsNew: true));
    }

    public Task<CancelOutcome> CancelAsync(long id, string requestedBy, CancellationToken cancellationToken)
    {
        Asked.Add($"cancel {id} by {requestedBy}");
        return Task.FromResult(CancelOutcome.Requested);
    }

    public Task<QueuedRun?> RetryAsync(long id, string requestedBy, CancellationToken cancellationToken)
    {
        Asked.Add($"retry {id} by {requestedBy}");
        return Task.FromResult<QueuedRun?>(new QueuedRun(id, IsNew: false));
    }

    public Task<QueuedRun> EnqueueChildAsync(long parentId, string kind, string argumentsJson, string requestedBy, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RunView?> GetAsync(long id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RunSummary>> ListAsync(RunFilter filter, long? beforeId, int limit, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RunSummary>>([]);

    public Task<IReadOnlyList<RunEventView>> ListEventsAsync(long id, long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RunItemView>> ListItemsAsync(long id, long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<RunUpdate> WatchAsync(long id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RunView> WaitForEndAsync(long id, Action<RunUpdate>? onUpdate, CancellationToken cancellationToken) => throw new NotSupportedException();
}
