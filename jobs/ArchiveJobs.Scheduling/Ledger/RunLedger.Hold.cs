using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

/// <summary>What a holder keeps with its run besides its end.</summary>
internal sealed record HeldState(string? ProgressJson, string? NumbersJson, IReadOnlyList<JobRunEvent> Events, IReadOnlyList<JobRunItem> Items)
{
    public bool IsEmpty => ProgressJson is null && NumbersJson is null && Events.Count == 0 && Items.Count == 0;
}

/// <param name="IsHeld">The epoch is still the run's.</param>
/// <param name="CancelRequestedBy">Set when a person wants it to end.</param>
internal readonly record struct HoldCheck(bool IsHeld, string? CancelRequestedBy);

internal sealed partial class RunLedger
{
    private static IQueryable<JobRun> HeldBy(MasterContext db, RunLease lease) =>
        db.JobRuns.Where(run => run.Id == lease.RunId && run.Epoch == lease.Epoch && run.State == RunState.Running);

    /// <returns>False when the lease is lost; nothing was written.</returns>
    public async Task<bool> RenewAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var until = Now + options.LeaseTime;
        return await HeldBy(db, lease).ExecuteUpdateAsync(
            set => set.SetProperty(run => run.LeaseUntil, (DateTimeOffset?)until), cancellationToken) > 0;
    }

    /// <summary>Stores the checkpoint; tries and crashes start again.</summary>
    /// <returns>False when the lease is lost; nothing was written.</returns>
    public async Task<bool> CheckpointAsync(RunLease lease, string json, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        return await HeldBy(db, lease).ExecuteUpdateAsync(
            set => set.SetProperty(run => run.CheckpointJson, json)
                .SetProperty(run => run.TriesFrom, (DateTimeOffset?)now)
                .SetProperty(run => run.Crashes, 0),
            cancellationToken) > 0;
    }

    /// <summary>Looks whether the run is still held and whether a person wants it to end.</summary>
    public async Task<HoldCheck> CheckAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var row = await HeldBy(db, lease).Select(run => new { run.CancelRequestedAt, run.CancelRequestedBy }).FirstOrDefaultAsync(cancellationToken);
        return new HoldCheck(row is not null, row?.CancelRequestedAt is null ? null : row.CancelRequestedBy ?? "");
    }

    /// <summary>Progress, numbers, log lines and items in one transaction.</summary>
    /// <returns>False when the lease is lost; nothing was written.</returns>
    public Task<bool> SaveAsync(RunLease lease, HeldState state, CancellationToken cancellationToken) => WriteAsync(() => SaveOnceAsync(lease, state, cancellationToken));

    private async Task<bool> SaveOnceAsync(RunLease lease, HeldState state, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var progress = state.ProgressJson;
        var numbers = state.NumbersJson;
        var held = await HeldBy(db, lease).ExecuteUpdateAsync(
            set => set.SetProperty(run => run.ProgressJson, run => progress ?? run.ProgressJson)
                .SetProperty(run => run.NumbersJson, run => numbers ?? run.NumbersJson),
            cancellationToken);
        if (held == 0)
        {
            return false;
        }

        db.JobRunEvents.AddRange(state.Events);
        db.JobRunItems.AddRange(state.Items);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static async Task TrimEventsAsync(MasterContext db, long runId)
    {
        var last = await db.JobRunEvents.Where(entry => entry.RunId == runId).OrderByDescending(entry => entry.Id)
            .Skip(MaxEvents).Select(entry => entry.Id).FirstOrDefaultAsync();
        if (last > 0)
        {
            await db.JobRunEvents.Where(entry => entry.RunId == runId && entry.Id <= last).ExecuteDeleteAsync();
        }
    }
}
