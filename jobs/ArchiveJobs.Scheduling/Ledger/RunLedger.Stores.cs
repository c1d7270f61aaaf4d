using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

internal sealed partial class RunLedger
{
    /// <summary>Who keeps this run from the store: a holder, or one that stands in line before it. Null when it is its turn.</summary>
    private static async Task<long?> FindStoreHolderAsync(MasterContext db, int storeId, JobRun run, DateTimeOffset now)
    {
        await TakeTurnAsync(db, storeId);
        var exclusiveOnly = run.StoreMode == LeaseMode.Shared;
        var holder = await db.StoreLeases
            .Where(lease => lease.StoreId == storeId && lease.RunId != run.Id && (!exclusiveOnly || lease.Mode == LeaseMode.Exclusive))
            .Select(lease => (long?)lease.RunId)
            .FirstOrDefaultAsync();
        if (holder is not null || !exclusiveOnly)
        {
            return holder;
        }

        var since = run.StoreWaitSince ?? now;
        return await InLine(db, storeId)
            .Where(other => other.Id != run.Id && other.StoreMode == LeaseMode.Exclusive
                && (other.StoreWaitSince < since || (other.StoreWaitSince == since && other.Id < run.Id)))
            .Select(other => (long?)other.Id)
            .FirstOrDefaultAsync();
    }

    /// <summary>Transition 15 by release: wakes the head of the line. Runs in the transaction that ended the holder.</summary>
    private static async Task<List<RunToDeliver>> WakeLineAsync(MasterContext db, int storeId, DateTimeOffset now)
    {
        await TakeTurnAsync(db, storeId);
        var modes = await db.StoreLeases.Where(lease => lease.StoreId == storeId).Select(lease => lease.Mode).ToListAsync();
        if (modes.Contains(LeaseMode.Exclusive))
        {
            return [];
        }

        var line = await InLine(db, storeId)
            .Where(run => run.State == RunState.Waiting && run.Reason == RunReason.Store && run.NotBefore == null)
            .OrderBy(run => run.StoreWaitSince).ThenBy(run => run.Id)
            .Select(run => new { run.Id, run.Queue, run.StoreMode })
            .Take(MaxWoken)
            .ToListAsync();
        var woken = new List<RunToDeliver>();
        foreach (var waiter in line)
        {
            if (waiter.StoreMode == LeaseMode.Exclusive && (modes.Count > 0 || woken.Count > 0))
            {
                break;
            }

            if (await WakeAsync(db, waiter.Id, now))
            {
                woken.Add(new RunToDeliver(waiter.Id, waiter.Queue));
            }

            if (waiter.StoreMode == LeaseMode.Exclusive)
            {
                break;
            }
        }

        return woken;
    }

    /// <summary>Bound of one release; the reconciler wakes the rest.</summary>
    private const int MaxWoken = 100;

    private static async Task<bool> WakeAsync(MasterContext db, long runId, DateTimeOffset now)
    {
        var woken = new Transition(RunState.Queued, RunReason.None, "the store is free");
        if (!await UpdateAsync(
            db.JobRuns.Where(run => run.Id == runId && run.State == RunState.Waiting && run.Reason == RunReason.Store),
            woken,
            now,
            set => set.SetProperty(run => run.DeliveredAt, (DateTimeOffset?)now)))
        {
            return false;
        }

        AddEvent(db, runId, woken, now);
        return true;
    }

    private static IQueryable<JobRun> InLine(MasterContext db, int storeId) => db.JobRuns.Where(
        run => run.StoreId == storeId && run.StoreWaitSince != null && (run.State == RunState.Waiting || run.State == RunState.Queued));

    /// <summary>Makes hosts decide about one store one after the other: the row stays locked until the transaction ends. (On SQLite the transaction alone does.)</summary>
    private static Task<int> TakeTurnAsync(MasterContext db, int storeId) =>
        db.Stores.Where(store => store.Id == storeId).ExecuteUpdateAsync(set => set.SetProperty(store => store.LeaseTurn, store => store.LeaseTurn + 1));
}
