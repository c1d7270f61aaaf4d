using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

internal sealed partial class RunLedger
{
    /// <summary>The run when it could be accepted now, as a look without a promise.</summary>
    public async Task<JobRun?> FindAcceptableAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        return await db.JobRuns.AsNoTracking().FirstOrDefaultAsync(
            run => run.Id == runId && run.State == RunState.Queued && (run.NotBefore == null || run.NotBefore <= now) && run.CancelRequestedAt == null,
            cancellationToken);
    }

    /// <summary>Transitions 3 and 4: of all who try, one gets it.</summary>
    public Task<Acceptance> TryAcceptAsync(JobRun seen, int? storeId, CancellationToken cancellationToken) =>
        WriteAsync(() => TryAcceptOnceAsync(seen, storeId, cancellationToken));

    private async Task<Acceptance> TryAcceptOnceAsync(JobRun seen, int? storeId, CancellationToken cancellationToken)
    {
        // Before the update: a lease can only be shorter than we believe, never longer.
        var renewedAt = time.GetTimestamp();
        await using var db = await OpenAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = Now;
        var wantsStore = storeId is not null && seen.StoreMode != LeaseMode.None;
        if (wantsStore && owners.IsShared && await owners.TakeAsync(db, storeId!.Value, now) is var owner && owner.BootId != host.BootId)
        {
            return Acceptance.At(owner);
        }

        if (wantsStore && await FindStoreHolderAsync(db, storeId!.Value, seen, now) is { } holder)
        {
            return await ParkAsync(db, transaction, seen, storeId.Value, holder, now);
        }

        var accepted = new Transition(RunState.Running, RunReason.None, $"accepted by {host.Name}");
        var epoch = seen.Epoch + 1;
        var leaseUntil = now + options.LeaseTime;
        var changed = await UpdateAsync(
            Acceptable(db, seen.Id, now).Where(run => run.Epoch == seen.Epoch),
            accepted,
            now,
            set => set.SetProperty(run => run.Epoch, epoch)
                .SetProperty(run => run.BootId, (Guid?)host.BootId)
                .SetProperty(run => run.LeaseUntil, (DateTimeOffset?)leaseUntil)
                .SetProperty(run => run.StoreId, storeId)
                .SetProperty(run => run.IsByHand, false)
                .SetProperty(run => run.StoreWaitSince, (DateTimeOffset?)null)
                .SetProperty(run => run.StartedAt, run => run.StartedAt ?? now));
        if (!changed)
        {
            return Acceptance.Refused;
        }

        if (wantsStore)
        {
            db.StoreLeases.Add(new StoreLease { StoreId = storeId!.Value, RunId = seen.Id, Mode = seen.StoreMode, Epoch = epoch, GrantedAt = now });
        }

        db.JobRunAttempts.Add(new JobRunAttempt { RunId = seen.Id, Epoch = epoch, BootId = host.BootId, Host = host.Name, StartedAt = now });
        AddEvent(db, seen.Id, accepted, now);
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        Announce(seen.Id, accepted, now);
        return new Acceptance(Verdict.Accepted, new RunLease(seen.Id, epoch, renewedAt), seen);
    }

    private static IQueryable<JobRun> Acceptable(MasterContext db, long runId, DateTimeOffset now) => db.JobRuns.Where(
        run => run.Id == runId && run.State == RunState.Queued && (run.NotBefore == null || run.NotBefore <= now) && run.CancelRequestedAt == null);

    private async Task<Acceptance> ParkAsync(
        MasterContext db, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, JobRun seen, int storeId, long holder, DateTimeOffset now)
    {
        var situation = new Situation(SituationKeys.StoreBusy, ErrorClass.StoreBusy)
            .With("job", seen.Kind).With("run", holder).With("s", await StoreNameAsync(db, storeId)).With("since", Stamp(seen.StoreWaitSince ?? now));
        var parked = new Transition(RunState.Waiting, RunReason.Store, $"store {storeId} is used by run {holder}") { Situation = situation };
        var changed = await UpdateAsync(
            Acceptable(db, seen.Id, now).Where(run => run.Epoch == seen.Epoch),
            parked,
            now,
            set => set.SetProperty(run => run.StoreId, (int?)storeId).SetProperty(run => run.StoreWaitSince, run => run.StoreWaitSince ?? now));
        if (!changed)
        {
            return Acceptance.Refused;
        }

        AddEvent(db, seen.Id, parked, now);
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        Announce(seen.Id, parked, now);
        return Acceptance.Parked;
    }

    private static async Task<string> StoreNameAsync(MasterContext db, int storeId) =>
        await db.Stores.Where(store => store.Id == storeId).Select(store => store.Name).FirstOrDefaultAsync()
        ?? storeId.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
