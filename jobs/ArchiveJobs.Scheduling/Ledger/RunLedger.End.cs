using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Retries;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

/// <param name="IsHeld">False when the lease was lost: nothing was written, somebody else decides.</param>
/// <param name="Woken">Runs whose turn it now is at the store.</param>
internal sealed record EndOutcome(bool IsHeld, IReadOnlyList<RunToDeliver> Woken)
{
    public static readonly EndOutcome Lost = new(false, []);
}

/// <summary>How an attempt ended.</summary>
internal sealed record AttemptEnd(Transition Transition, bool IsCharged)
{
    public string? ResultJson { get; init; }

    public ErrorClass? ErrorClass { get; init; }

    /// <summary>Log lines the attempt wrote: only many of them are worth a look at the length of the history.</summary>
    public int Lines { get; init; }
}

internal sealed partial class RunLedger
{
    /// <summary>Transitions 5 to 8: closes the attempt, gives the store back and wakes whose turn it is.</summary>
    public Task<EndOutcome> EndAsync(RunLease lease, AttemptEnd end) => WriteAsync(() => EndOnceAsync(lease, end));

    private async Task<EndOutcome> EndOnceAsync(RunLease lease, AttemptEnd end)
    {
        await using var db = await OpenAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = Now;
        var result = end.ResultJson;
        var changed = await UpdateAsync(
            HeldBy(db, lease), end.Transition, now, set => set.SetProperty(run => run.ResultJson, run => result ?? run.ResultJson));
        if (!changed)
        {
            return EndOutcome.Lost;
        }

        var woken = await LeaveRunningAsync(db, lease.RunId, lease.Epoch, end, now);
        await TellAsync(db, lease.RunId, end.Transition);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        Announce(lease.RunId, end.Transition, now);
        AnnounceWoken(woken, now);
        return new EndOutcome(true, woken);
    }

    /// <summary>Attempts without many lines add a handful of events each.</summary>
    private const int TrimEvery = 20;

    /// <summary>What belongs to every transition out of Running.</summary>
    private static async Task<List<RunToDeliver>> LeaveRunningAsync(MasterContext db, long runId, long epoch, AttemptEnd end, DateTimeOffset now)
    {
        var state = end.Transition.To;
        var errorClass = end.ErrorClass?.ToString();
        var situation = end.Transition.Situation is { } known ? SituationJson.Write(known) : null;
        var charged = end.IsCharged;
        await db.JobRunAttempts.Where(attempt => attempt.RunId == runId && attempt.Epoch == epoch).ExecuteUpdateAsync(
            set => set.SetProperty(attempt => attempt.EndedAt, (DateTimeOffset?)now)
                .SetProperty(attempt => attempt.EndState, (RunState?)state)
                .SetProperty(attempt => attempt.ErrorClass, errorClass)
                .SetProperty(attempt => attempt.SituationJson, situation)
                .SetProperty(attempt => attempt.IsCharged, charged));
        AddEvent(db, runId, end.Transition, now);
        var stores = await db.StoreLeases.Where(lease => lease.RunId == runId).Select(lease => lease.StoreId).ToListAsync();
        await db.StoreLeases.Where(lease => lease.RunId == runId).ExecuteDeleteAsync();
        var woken = new List<RunToDeliver>();
        foreach (var storeId in stores)
        {
            woken.AddRange(await WakeLineAsync(db, storeId, now));
        }

        await db.SaveChangesAsync();
        if (end.Lines >= 100 || epoch % TrimEvery == 0)
        {
            await TrimEventsAsync(db, runId);
        }

        return woken;
    }

    private void AnnounceWoken(IEnumerable<RunToDeliver> woken, DateTimeOffset now)
    {
        foreach (var delivery in woken)
        {
            Announce(delivery.RunId, new Transition(RunState.Queued, RunReason.None, "the store is free"), now);
        }
    }

    /// <summary>The tries that still count, oldest first; the one that is going on is not among them.</summary>
    public async Task<IReadOnlyList<CountedTry>> ListTriesAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var from = await db.JobRuns.Where(run => run.Id == runId).Select(run => run.TriesFrom).FirstOrDefaultAsync(cancellationToken);
        var since = from ?? DateTimeOffset.MinValue;
        var rows = await db.JobRunAttempts
            .Where(attempt => attempt.RunId == runId && attempt.IsCharged && attempt.EndedAt >= since)
            .OrderBy(attempt => attempt.Epoch)
            .Select(attempt => new { attempt.StartedAt, attempt.EndedAt, attempt.ErrorClass })
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new CountedTry(
            row.StartedAt, row.EndedAt!.Value, Enum.TryParse<ErrorClass>(row.ErrorClass, out var known) ? known : ErrorClass.Unknown));
    }

    /// <summary>Other runs that wait for the disk of this store.</summary>
    public async Task<int> CountWaitingForDiskAsync(long exceptRun, int? storeId, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        return await db.JobRuns.CountAsync(
            run => run.Id != exceptRun && run.StoreId == storeId && run.State == RunState.Waiting && run.Reason == RunReason.Disk, cancellationToken);
    }

    /// <summary>The same has come to a good end before.</summary>
    public async Task<bool> HasEverWorkedAsync(string identity, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        return await db.JobRuns.AnyAsync(
            run => run.Identity == identity && run.State >= RunState.Succeeded && run.State <= RunState.CompletedWithErrors, cancellationToken);
    }
}
