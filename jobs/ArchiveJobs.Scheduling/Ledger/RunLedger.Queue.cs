using System.Security.Cryptography;
using System.Text;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

internal sealed partial class RunLedger
{
    private const int MaxInserts = 3;

    /// <summary>Equal for runs that ask for the same.</summary>
    /// <param name="argumentsJson">In the form <see cref="Jobs.JobKind.Normalize"/> gives.</param>
    public static string IdentityOf(string kind, string argumentsJson) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind + "\n" + argumentsJson)));

    /// <summary>Transition 1. While a run of the same identity is not over, nothing is written and that one is returned.</summary>
    /// <param name="run">New, with what was asked for; its state columns are set here.</param>
    public async Task<QueuedRun> QueueAsync(JobRun run, CancellationToken cancellationToken)
    {
        run.LiveIdentity = run.Identity;
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await OpenAsync(cancellationToken);
            if (await FindLiveAsync(db, run.Identity, cancellationToken) is { } live)
            {
                return new QueuedRun(live, IsNew: false);
            }

            try
            {
                return new QueuedRun(await InsertAsync(db, run), IsNew: true);
            }
            catch (DbUpdateException) when (run.Id == 0 && attempt < MaxInserts)
            {
                // Somebody queued the same between our look and our insert; the unique index said so. The next look finds that run, or room for ours if it is over already.
            }
        }
    }

    private static Task<long?> FindLiveAsync(MasterContext db, string identity, CancellationToken cancellationToken) =>
        db.JobRuns.Where(run => run.LiveIdentity == identity).Select(run => (long?)run.Id).FirstOrDefaultAsync(cancellationToken);

    private async Task<long> InsertAsync(MasterContext db, JobRun run)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = Now;
        run.State = RunState.Queued;
        run.StateSince = run.CreatedAt = now;
        run.DeliveredAt = now; // The caller delivers right after; if it dies before, the reconciler does it later.
        db.JobRuns.Add(run);
        await db.SaveChangesAsync();
        var queued = new Transition(RunState.Queued, RunReason.None, $"queued ({run.Trigger}) by {run.RequestedBy}") { Actor = run.RequestedBy };
        AddEvent(db, run.Id, queued, now);
        audit.Add(db, RunAudit.Triggered(run));
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        Announce(run.Id, queued, now);
        return run.Id;
    }

    /// <summary>Transition 17, or 18 when somebody works on it.</summary>
    public async Task<CancelOutcome> CancelAsync(long runId, string actor)
    {
        var now = Now;
        var situation = new Situation(SituationKeys.RunCanceled, ErrorClass.Refused).With("person", actor).With("at", Stamp(now));
        var cancelled = new Transition(RunState.Cancelled, RunReason.None, $"canceled by {actor}") { Actor = actor, Situation = situation };
        var atOnce = await ChangeAsync(
            runId,
            rows => rows.Where(run => run.State == RunState.Queued || run.State == RunState.Waiting
                || run.State == RunState.Interrupted || run.State == RunState.Blocked),
            cancelled,
            set => set.SetProperty(run => run.CancelRequestedAt, now).SetProperty(run => run.CancelRequestedBy, actor),
            RunAudit.By(AuditActions.RunCancel, actor, runId));
        if (atOnce)
        {
            return CancelOutcome.Cancelled;
        }

        await using var db = await OpenAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var asked = await db.JobRuns.Where(run => run.Id == runId && run.State == RunState.Running && run.CancelRequestedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.CancelRequestedAt, now).SetProperty(run => run.CancelRequestedBy, actor));
        if (asked > 0)
        {
            audit.Add(db, RunAudit.By(AuditActions.RunCancel, actor, runId));
            await db.SaveChangesAsync();
        }

        await transaction.CommitAsync();
        var state = await db.JobRuns.Where(run => run.Id == runId).Select(run => (RunState?)run.State).FirstOrDefaultAsync();
        return asked > 0 || state == RunState.Running ? CancelOutcome.Requested
            : state is null ? CancelOutcome.NotFound
            : CancelOutcome.AlreadyOver;
    }

    /// <summary>Transition 16.</summary>
    /// <returns>Null when the run neither waits nor is blocked.</returns>
    public async Task<RunToDeliver?> ReleaseAsync(long runId, string actor)
    {
        var now = Now;
        var released = await ChangeAsync(
            runId,
            rows => rows.Where(run => run.State == RunState.Waiting || run.State == RunState.Blocked),
            new Transition(RunState.Queued, RunReason.None, $"released by {actor}") { Actor = actor },
            set => set.SetProperty(run => run.Crashes, 0)
                .SetProperty(run => run.TriesFrom, (DateTimeOffset?)now)
                .SetProperty(run => run.ManualRetries, run => run.ManualRetries + 1)
                .SetProperty(run => run.IsByHand, true)
                .SetProperty(run => run.DeliveredAt, (DateTimeOffset?)now),
            RunAudit.By(AuditActions.RunRetry, actor, runId));
        return released ? await FindDeliveryAsync(runId) : null;
    }

    private async Task<RunToDeliver> FindDeliveryAsync(long runId)
    {
        await using var db = await OpenAsync(CancellationToken.None);
        return new RunToDeliver(runId, await db.JobRuns.Where(run => run.Id == runId).Select(run => run.Queue).FirstAsync());
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
