using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Runs;

internal sealed partial class RunService(
    RunLedger ledger, RunReader reader, JobRegistry registry, IRunDispatcher dispatcher, RunHub hub, IServiceScopeFactory scopes,
    IRandomSource random, TimeProvider time) : IRunService
{
    public Task<QueuedRun> EnqueueAsync(string kind, string argumentsJson, RunTrigger trigger, string requestedBy, CancellationToken cancellationToken) =>
        EnqueueAsync(kind, argumentsJson, trigger, requestedBy, parent: null, scheduleId: null, cancellationToken);

    /// <summary>A run of a schedule that a person asked for; it has no slot.</summary>
    public Task<QueuedRun> EnqueueForScheduleAsync(int scheduleId, string kind, string argumentsJson, string requestedBy, CancellationToken cancellationToken) =>
        EnqueueAsync(kind, argumentsJson, RunTrigger.Manual, requestedBy, parent: null, scheduleId, cancellationToken);

    public async Task<QueuedRun> EnqueueChildAsync(
        long parentId, string kind, string argumentsJson, string requestedBy, CancellationToken cancellationToken)
    {
        var parent = await reader.FindAsync(parentId, cancellationToken);
        return await EnqueueAsync(kind, argumentsJson, RunTrigger.Chain, requestedBy, parent, scheduleId: null, cancellationToken);
    }

    public Task<RunView?> GetAsync(long id, CancellationToken cancellationToken) => reader.GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListAsync(RunFilter filter, long? beforeId, int limit, CancellationToken cancellationToken) =>
        reader.ListAsync(Identify(filter), beforeId, Math.Clamp(limit, 1, 500), cancellationToken);

    public Task<IReadOnlyList<RunEventView>> ListEventsAsync(long id, long afterId, int limit, CancellationToken cancellationToken) =>
        reader.ListEventsAsync(id, afterId, Math.Clamp(limit, 1, 1000), cancellationToken);

    public Task<IReadOnlyList<RunItemView>> ListItemsAsync(long id, long afterId, int limit, CancellationToken cancellationToken) =>
        reader.ListItemsAsync(id, afterId, Math.Clamp(limit, 1, 1000), cancellationToken);

    public async Task<CancelOutcome> CancelAsync(long id, string requestedBy, CancellationToken cancellationToken)
    {
        var outcome = await ledger.CancelAsync(id, requestedBy);
        if (outcome == CancelOutcome.Requested)
        {
            hub.RequestCancel(id, requestedBy);
        }

        return outcome;
    }

    public async Task<QueuedRun?> RetryAsync(long id, string requestedBy, CancellationToken cancellationToken)
    {
        if (await ledger.ReleaseAsync(id, requestedBy) is { } delivery)
        {
            dispatcher.Deliver(delivery.RunId, delivery.Queue);
            return new QueuedRun(id, IsNew: false);
        }

        var old = await reader.FindAsync(id, cancellationToken);
        return old is not null && old.State.IsFinal()
            ? await EnqueueAsync(old.Kind, old.ArgumentsJson, RunTrigger.Retry, requestedBy, old, old.ScheduleId, cancellationToken)
            : null;
    }

    private RunFilter Identify(RunFilter filter) => filter is { Kind: { } kind, ArgumentsJson: { } arguments }
        ? filter with { Identity = RunLedger.IdentityOf(kind, registry.Get(kind).Normalize(arguments)) }
        : filter;

    private async Task<QueuedRun> EnqueueAsync(
        string kindName, string argumentsJson, RunTrigger trigger, string requestedBy, JobRun? parent, int? scheduleId, CancellationToken cancellationToken)
    {
        var kind = registry.Get(kindName);
        var arguments = kind.Normalize(argumentsJson);
        await using var scope = scopes.CreateAsyncScope();
        var run = new JobRun
        {
            Key = random.NewKey(),
            Kind = kind.Name,
            ArgumentsJson = arguments,
            Identity = RunLedger.IdentityOf(kind.Name, arguments),
            Queue = RunQueues.Of(kind.WorkClass),
            Trigger = trigger,
            IsByHand = trigger is RunTrigger.Manual or RunTrigger.Retry or RunTrigger.Api,
            RequestedBy = requestedBy,
            ScheduleId = scheduleId,
            ParentId = parent?.Id,
            RootId = parent?.RootId ?? parent?.Id,
            StoreId = await kind.FindStoreAsync(scope.ServiceProvider, arguments, cancellationToken),
            StoreMode = kind.LeaseMode,
        };
        var queued = await ledger.QueueAsync(run, cancellationToken);
        if (queued.IsNew)
        {
            dispatcher.Deliver(queued.Id, run.Queue);
        }

        return queued;
    }
}
