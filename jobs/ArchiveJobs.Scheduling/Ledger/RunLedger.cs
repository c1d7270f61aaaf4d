using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Owners;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Ledger;

/// <summary>
/// The truth about runs. Every transition of docs/run-states.md is one conditional update with its event in one transaction; what was decided is told to the hub after the commit.
/// Thread-safe: each call has a context of its own.
/// </summary>
internal sealed partial class RunLedger(
    IDbContextFactory<MasterContext> contexts, IMasterProvider provider, TimeProvider time, HostIdentity host, RunHub hub, SchedulingOptions options, StoreOwnership owners,
    IEnumerable<IRunTransitionSink> sinks, IAuditTrail audit, ILogger<RunLedger> logger)
{
    /// <summary>Events kept of each run.</summary>
    private const int MaxEvents = 1000;

    private DateTimeOffset Now => time.GetUtcNow();

    private Task<MasterContext> OpenAsync(CancellationToken cancellationToken) => contexts.CreateDbContextAsync(cancellationToken);

    private const int MaxWrites = 5;

    /// <summary>
    /// Does a transaction again, from its first look, when another was in its way (a deadlock, a unique index): engines that let several write at once end one of them.
    /// It waits for nothing, because the other has committed or is gone by then.
    /// </summary>
    private async Task<T> WriteAsync<T>(Func<Task<T>> transaction)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await transaction();
            }
            catch (Exception e) when (attempt < MaxWrites && provider.IsConflict(e))
            {
                Log.WrittenAgain(logger, e, attempt);
            }
        }
    }

    /// <summary>The update of a transition; the caller's query holds the states it may start from.</summary>
    /// <returns>False when no row matched: somebody else decided.</returns>
    private static async Task<bool> UpdateAsync(
        IQueryable<JobRun> rows, Transition transition, DateTimeOffset now, Action<UpdateSettersBuilder<JobRun>>? besides = null)
    {
        var to = transition.To;
        var reason = transition.Reason;
        var notBefore = transition.NotBefore;
        var situation = transition.Situation is { } known ? SituationJson.Write(known) : null;
        var changed = await rows.ExecuteUpdateAsync(set =>
        {
            set.SetProperty(run => run.State, to)
                .SetProperty(run => run.Reason, reason)
                .SetProperty(run => run.StateSince, now)
                .SetProperty(run => run.NotBefore, notBefore)
                .SetProperty(run => run.SituationJson, situation);
            if (to != RunState.Running)
            {
                set.SetProperty(run => run.BootId, (Guid?)null).SetProperty(run => run.LeaseUntil, (DateTimeOffset?)null);
            }

            if (to.IsFinal())
            {
                set.SetProperty(run => run.LiveIdentity, (string?)null).SetProperty(run => run.EndedAt, now);
            }

            besides?.Invoke(set);
        });
        return changed > 0;
    }

    private static void AddEvent(MasterContext db, long runId, Transition transition, DateTimeOffset now) => db.JobRunEvents.Add(new JobRunEvent
    {
        RunId = runId,
        At = now,
        Kind = RunEventKind.State,
        Level = transition.Level,
        State = transition.To,
        Reason = transition.Reason,
        Actor = transition.Actor,
        Text = transition.Text,
    });

    /// <summary>Tells audit and alerts, in the transaction of the transition: both are there or neither is.</summary>
    private async Task TellAsync(MasterContext db, long runId, Transition transition)
    {
        if (!transition.IsTold)
        {
            return;
        }

        var run = await db.JobRuns.AsNoTracking().SingleAsync(row => row.Id == runId);
        foreach (var sink in sinks)
        {
            await sink.AddAsync(db, run, transition.Actor, CancellationToken.None);
        }
    }

    /// <summary>Update, event and commit of a transition that has nothing else to write.</summary>
    /// <param name="by">What the audit trail says of the person who did it; null when nobody did.</param>
    private Task<bool> ChangeAsync(
        long runId, Func<IQueryable<JobRun>, IQueryable<JobRun>> from, Transition transition, Action<UpdateSettersBuilder<JobRun>>? besides = null, AuditEntry? by = null) =>
        WriteAsync(() => ChangeOnceAsync(runId, from, transition, besides, by));

    private async Task<bool> ChangeOnceAsync(
        long runId, Func<IQueryable<JobRun>, IQueryable<JobRun>> from, Transition transition, Action<UpdateSettersBuilder<JobRun>>? besides, AuditEntry? by)
    {
        await using var db = await OpenAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = Now;
        if (!await UpdateAsync(from(db.JobRuns.Where(run => run.Id == runId)), transition, now, besides))
        {
            return false;
        }

        AddEvent(db, runId, transition, now);
        if (by is not null)
        {
            audit.Add(db, by);
        }

        await TellAsync(db, runId, transition);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        Announce(runId, transition, now);
        return true;
    }

    private void Announce(long runId, Transition transition, DateTimeOffset now)
    {
        Log.Transition(logger, runId, transition.To, transition.Reason, transition.Text);
        hub.Publish(new RunStateChanged(runId, now, transition.To, transition.Reason, transition.NotBefore, transition.Situation));
    }
}
