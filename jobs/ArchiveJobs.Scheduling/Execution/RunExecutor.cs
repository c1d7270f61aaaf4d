using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>Takes a delivered run, if the ledger agrees, runs its job and writes how it ended. Thread-safe.</summary>
internal sealed class RunExecutor(
    RunLedger ledger, JobRegistry registry, IServiceScopeFactory scopes, IRunDispatcher dispatcher, RunHub hub,
    FailureJudge judge, TimeProvider time, SchedulingOptions options, ILogger<RunExecutor> logger)
{
    private static readonly TimeSpan WriteAgain = TimeSpan.FromSeconds(1);

    /// <summary>Never throws for what happens to the run; a refused delivery is no event.</summary>
    public async Task ExecuteAsync(long runId, CancellationToken hostStopping)
    {
        if (hostStopping.IsCancellationRequested || await ledger.FindAcceptableAsync(runId, CancellationToken.None) is not { } run)
        {
            Log.DeliveryRefused(logger, runId);
            return;
        }

        if (registry.Find(run.Kind) is not { } kind)
        {
            Log.UnknownKind(logger, runId, run.Kind);
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var (storeId, failure) = await FindStoreAsync(kind, scope.ServiceProvider, run, hostStopping);
        var acceptance = await ledger.TryAcceptAsync(run, storeId, CancellationToken.None);
        if (acceptance.Owner is { } owner)
        {
            // To the owner first: if we crash here, it is delivered and perhaps once more.
            // One that is gone takes nothing more: the run is looked at again with the next pass.
            var isDelivered = owner.LeaseUntil > time.GetUtcNow() && dispatcher.DeliverTo(owner.HostId, runId, run.Queue);
            await ledger.HandOverAsync(run, storeId!.Value, isDelivered);
            Log.Elsewhere(logger, runId, storeId.Value);
            return;
        }

        if (acceptance.Lease is not { } lease)
        {
            Log.DeliveryRefused(logger, runId);
            return;
        }

        var woken = await HoldAsync(run, kind, scope.ServiceProvider, lease, failure, hostStopping);
        foreach (var delivery in woken)
        {
            dispatcher.Deliver(delivery.RunId, delivery.Queue);
        }
    }

    /// <summary>The store, or why there is none: that failure is the run's, once it is accepted.</summary>
    private static async Task<(int? StoreId, Exception? Failure)> FindStoreAsync(
        JobKind kind, IServiceProvider services, JobRun run, CancellationToken hostStopping)
    {
        try
        {
            return (await kind.FindStoreAsync(services, run.ArgumentsJson, hostStopping), null);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (null, e);
        }
    }

    private async Task<IReadOnlyList<RunToDeliver>> HoldAsync(
        JobRun run, JobKind kind, IServiceProvider services, RunLease lease, Exception? failure, CancellationToken hostStopping)
    {
        await using var holder = new RunHolder(lease, ledger, time, options, logger, hostStopping);
        hub.Enter(holder);
        try
        {
            AttemptEnd end;
            await using (var context = new LiveRunContext(run, holder, ledger, hub, time, options, logger))
            {
                end = await RunJobAsync(run, kind, services, holder, context, failure);
                await SaveLastAsync(context, run.Id);
                end = end with { Lines = context.Lines };
            }

            return holder.Cause == StopCause.LeaseLost ? [] : await EndAsync(holder, end);
        }
        finally
        {
            hub.Leave(holder);
        }
    }

    private async Task<AttemptEnd> RunJobAsync(
        JobRun run, JobKind kind, IServiceProvider services, RunHolder holder, LiveRunContext context, Exception? failure)
    {
        try
        {
            if (failure is not null)
            {
                return await JudgeAsync(failure, run, kind, services, holder);
            }

            var result = await kind.RunAsync(services, run.ArgumentsJson, context, holder.Token);

            // A job that returns after its token fired may have left work undone: its numbers are kept, its outcome is not believed.
            return holder.Cause == StopCause.None ? EndOf(result) : Stopped(run, holder) with { ResultJson = result.ResultJson };
        }
        catch (Exception e) when (holder.Cause != StopCause.None && e is not OutOfMemoryException)
        {
            // Whatever a torn connection throws while the token has fired: an interruption, never a failure.
            return Stopped(run, holder) with { ResultJson = context.Numbers };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (e is not ArchiveException)
            {
                Log.Unexpected(logger, e, run.Id);
            }

            context.Log(Core.Stores.WorkLogLevel.Error, e.Message);
            var end = await JudgeAsync(e, run, kind, services, holder);
            return end with { ResultJson = context.Numbers };
        }
    }

    /// <summary>The judge looks into the ledger. When the database is what failed it may be away still: it looks again as long as the lease is ours.</summary>
    private async Task<AttemptEnd> JudgeAsync(Exception failure, JobRun run, JobKind kind, IServiceProvider services, RunHolder holder)
    {
        while (true)
        {
            try
            {
                return await judge.JudgeAsync(failure, run, kind, services);
            }
            catch (Exception e) when (DatabaseFailure.Is(e) && holder.IsHeld)
            {
                Log.LedgerUnreachable(logger, e, run.Id);
                await Task.Delay(WriteAgain, time, CancellationToken.None);
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                // Not ours any more: what is written of this end, if anything can be, is that it was cut short.
                Log.EndLost(logger, e, run.Id);
                return Stopped(run, holder);
            }
        }
    }

    private static AttemptEnd EndOf(JobResult result)
    {
        var state = result.Outcome switch
        {
            JobOutcome.Succeeded => RunState.Succeeded,
            JobOutcome.CompletedWithWarnings => RunState.CompletedWithWarnings,
            _ => RunState.CompletedWithErrors,
        };
        var situation = result.Notices.Count > 0 ? result.Notices[0] : null;
        return new AttemptEnd(new Transition(state, RunReason.None, situation is null ? "done" : $"done: {situation.Key}") { Situation = situation }, IsCharged: false)
        {
            ResultJson = result.ResultJson,
        };
    }

    private AttemptEnd Stopped(JobRun run, RunHolder holder)
    {
        var at = time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        if (holder.CancelRequestedBy is { } person)
        {
            var canceled = new Situation(SituationKeys.RunCanceled, ErrorClass.Refused).With("job", run.Kind).With("person", person).With("at", at);
            return new AttemptEnd(
                new Transition(RunState.Cancelled, RunReason.None, $"canceled by {person}") { Actor = person, Situation = canceled }, IsCharged: false);
        }

        var interrupted = new Situation(SituationKeys.RunInterrupted, ErrorClass.HostStopping)
            .With("job", run.Kind).With("at", at).With("host", Environment.MachineName);
        return new AttemptEnd(
            new Transition(RunState.Interrupted, RunReason.None, "the host stops") { Situation = interrupted }, IsCharged: false)
        {
            ErrorClass = ErrorClass.HostStopping,
        };
    }

    private async Task SaveLastAsync(LiveRunContext context, long runId)
    {
        try
        {
            await context.SaveAsync(CancellationToken.None);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            Log.LedgerUnreachable(logger, e, runId);
        }
    }

    /// <summary>Writes the end, and tries again as long as the lease is ours: the work is done, only its record is missing.</summary>
    private async Task<IReadOnlyList<RunToDeliver>> EndAsync(RunHolder holder, AttemptEnd end)
    {
        while (true)
        {
            try
            {
                var outcome = await ledger.EndAsync(holder.Lease, end);
                if (!outcome.IsHeld)
                {
                    Log.LeaseLost(logger, holder.Lease.RunId, holder.Lease.Epoch);
                }

                return outcome.Woken;
            }
            catch (Exception e) when (DatabaseFailure.Is(e) && holder.IsHeld)
            {
                Log.LedgerUnreachable(logger, e, holder.Lease.RunId);
                await Task.Delay(WriteAgain, time, CancellationToken.None);
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                // Crash here, or give up here: the lease runs out, the run is taken up again and finds nothing left to do.
                Log.EndLost(logger, e, holder.Lease.RunId);
                return [];
            }
        }
    }
}
