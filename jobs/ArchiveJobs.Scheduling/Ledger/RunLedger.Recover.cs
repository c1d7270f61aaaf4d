using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Ledger;

/// <summary>A Running row whose holder seems to be gone.</summary>
/// <param name="HasDied">Its process neither stopped in good order nor gives signs of life.</param>
internal sealed record Orphan(long RunId, long Epoch, string Kind, string Host, int Crashes, string? CancelRequestedBy, bool HasDied);

internal sealed partial class RunLedger
{
    /// <summary>Bound of one pass over one state; the next pass goes on.</summary>
    public const int PassLimit = 500;

    public async Task RegisterHostAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        db.JobHosts.Add(new JobHost
        {
            BootId = host.BootId, HostId = host.HostId, Name = host.Name, ProcessId = host.ProcessId, Version = host.Version, StartedAt = now, HeartbeatAt = now,
        });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Whether any run is not over. On a quiet installation a start asks this and nothing else.</summary>
    public async Task<bool> HasLiveAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        return await db.JobRuns.AnyAsync(run => run.LiveIdentity != null, cancellationToken);
    }

    /// <summary>Whether a pass of the reconciler would find anything: one query in place of six while all is well.</summary>
    public async Task<bool> HasDueAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        var before = now - options.RedeliverAfter;
        return await db.JobRuns.AnyAsync(
            run => run.State == RunState.Interrupted
                || (run.State == RunState.Running && run.LeaseUntil < now)
                || (run.State == RunState.Waiting && (run.NotBefore <= now || (run.NotBefore == null && run.Reason == RunReason.Store)))
                || (run.State == RunState.Queued && (run.NotBefore == null || run.NotBefore <= now) && (run.DeliveredAt == null || run.DeliveredAt < before)),
            cancellationToken);
    }

    public async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        await db.JobHosts.Where(row => row.BootId == host.BootId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.HeartbeatAt, now), cancellationToken);
    }

    /// <summary>The clean-stop marker: what this boot left Running was not a crash.</summary>
    public async Task MarkStoppedAsync()
    {
        await using var db = await OpenAsync(CancellationToken.None);
        var now = Now;
        await db.JobHosts.Where(row => row.BootId == host.BootId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.StoppedAt, (DateTimeOffset?)now));
    }

    /// <summary>Rows whose lease is past, except those this process still works on: these end themselves.</summary>
    public async Task<IReadOnlyList<Orphan>> FindExpiredAsync(CancellationToken cancellationToken)
    {
        var now = Now;
        var orphans = await FindOrphansAsync(rows => rows.Where(run => run.LeaseUntil < now), everyOtherHostIsDead: false, cancellationToken);
        return orphans.Where(orphan => !hub.IsLive(orphan.RunId)).ToArray();
    }

    /// <summary>Rows of other boots of this data directory, whatever their lease: its lock proves that those processes are dead.</summary>
    public async Task<IReadOnlyList<Orphan>> FindOfOtherBootsAsync(CancellationToken cancellationToken)
    {
        if (provider.IsSingleHost)
        {
            return await FindOrphansAsync(rows => rows.Where(run => run.BootId != host.BootId), everyOtherHostIsDead: true, cancellationToken);
        }

        await using var db = await OpenAsync(cancellationToken);
        var boots = await db.JobHosts.Where(row => row.HostId == host.HostId && row.BootId != host.BootId)
            .OrderByDescending(row => row.StartedAt).Take(1000).Select(row => (Guid?)row.BootId).ToListAsync(cancellationToken);
        return await FindOrphansAsync(rows => rows.Where(run => boots.Contains(run.BootId)), everyOtherHostIsDead: true, cancellationToken);
    }

    /// <summary>No other host has given a sign of life within a lease.</summary>
    public async Task<bool> IsAloneAsync(CancellationToken cancellationToken)
    {
        if (provider.IsSingleHost)
        {
            return true;
        }

        await using var db = await OpenAsync(cancellationToken);
        var silentSince = Now - options.LeaseTime;
        return !await db.JobHosts.AnyAsync(row => row.HostId != host.HostId && row.StoppedAt == null && row.HeartbeatAt >= silentSince, cancellationToken);
    }

    private async Task<IReadOnlyList<Orphan>> FindOrphansAsync(
        Func<IQueryable<JobRun>, IQueryable<JobRun>> which, bool everyOtherHostIsDead, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var running = which(db.JobRuns.Where(run => run.State == RunState.Running));
        var rows = await running.OrderBy(run => run.Id).Take(PassLimit)
            .Select(run => new
            {
                run.Id, run.Epoch, run.Kind, run.BootId, run.Crashes, run.CancelRequestedAt, run.CancelRequestedBy,
                Host = db.JobHosts.FirstOrDefault(row => row.BootId == run.BootId),
            })
            .ToListAsync(cancellationToken);
        var silentSince = Now - options.LeaseTime;
        return rows.ConvertAll(row => new Orphan(
            row.Id,
            row.Epoch,
            row.Kind,
            row.Host?.Name ?? "?",
            row.Crashes,
            row.CancelRequestedAt is null ? null : row.CancelRequestedBy ?? "",
            row.BootId != host.BootId && row.Host?.StoppedAt is null && (everyOtherHostIsDead || row.Host is null || row.Host.HeartbeatAt < silentSince)));
    }

    /// <summary>Transitions 9, 10 and 11.</summary>
    /// <returns>Runs woken at its store; null when somebody else decided first.</returns>
    public Task<IReadOnlyList<RunToDeliver>?> CloseOrphanAsync(Orphan orphan) => WriteAsync(() => CloseOrphanOnceAsync(orphan));

    private async Task<IReadOnlyList<RunToDeliver>?> CloseOrphanOnceAsync(Orphan orphan)
    {
        await using var db = await OpenAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var now = Now;
        var crashes = orphan.Crashes + (orphan.HasDied ? 1 : 0);
        var transition = Decide(orphan, crashes, now);
        var changed = await UpdateAsync(
            db.JobRuns.Where(run => run.Id == orphan.RunId && run.Epoch == orphan.Epoch && run.State == RunState.Running),
            transition,
            now,
            set => set.SetProperty(run => run.Crashes, crashes));
        if (!changed)
        {
            return null;
        }

        var end = new AttemptEnd(transition, IsCharged: false)
        {
            ErrorClass = orphan.HasDied ? ErrorClass.HostStopping : ErrorClass.LeaseLost,
        };
        var woken = await LeaveRunningAsync(db, orphan.RunId, orphan.Epoch, end, now);
        await TellAsync(db, orphan.RunId, transition);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        Announce(orphan.RunId, transition, now);
        AnnounceWoken(woken, now);
        return woken;
    }

    private Transition Decide(Orphan orphan, int crashes, DateTimeOffset now)
    {
        if (orphan.CancelRequestedBy is { } person)
        {
            return new Transition(RunState.Cancelled, RunReason.None, $"canceled by {person}; its host is gone") { Actor = person };
        }

        if (orphan.HasDied && crashes >= options.MaxCrashes)
        {
            var blocked = new Situation(SituationKeys.RunBlocked, ErrorClass.Unknown)
                .With("job", orphan.Kind).With("since", Stamp(now)).With("host", orphan.Host).With("item", "last-checkpoint");
            return new Transition(RunState.Blocked, RunReason.None, $"its process died {crashes} times in a row without a checkpoint") { Situation = blocked };
        }

        var interrupted = new Situation(SituationKeys.RunInterrupted, ErrorClass.HostStopping)
            .With("job", orphan.Kind).With("at", Stamp(now)).With("host", orphan.Host);
        var text = orphan.HasDied ? $"the process on {orphan.Host} died (crash {crashes})" : $"the lease of {orphan.Host} ended";
        return new Transition(RunState.Interrupted, RunReason.None, text) { Situation = interrupted };
    }

    /// <summary>Without another host: what an earlier process was handed counts for nothing, everything queued is delivered anew.</summary>
    public async Task ForgetDeliveriesAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        await db.JobRuns.Where(run => run.State == RunState.Queued && run.DeliveredAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.DeliveredAt, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>Transition 12 for all.</summary>
    public async Task RequeueInterruptedAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await FindIdsAsync(rows => rows.Where(run => run.State == RunState.Interrupted), cancellationToken))
        {
            await ChangeAsync(
                id,
                rows => rows.Where(run => run.State == RunState.Interrupted),
                new Transition(RunState.Queued, RunReason.None, "goes on where it was"),
                set => set.SetProperty(run => run.DeliveredAt, (DateTimeOffset?)null));
        }
    }

    /// <summary>Waiting runs whose time has come.</summary>
    public async Task<IReadOnlyList<DueRun>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        return await db.JobRuns.Where(run => run.State == RunState.Waiting && run.NotBefore <= now)
            .OrderBy(run => run.NotBefore).Take(PassLimit)
            .Select(run => new DueRun(run.Id, run.Reason, run.StoreId))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Transitions 13, 14 and 15 by time.</summary>
    public Task<bool> WakeDueAsync(DueRun due)
    {
        var now = Now;
        return ChangeAsync(
            due.RunId,
            rows => rows.Where(run => run.State == RunState.Waiting && run.Reason == due.Reason && run.NotBefore <= now),
            new Transition(RunState.Queued, RunReason.None, $"the wait ({due.Reason}) is over"),
            set => set.SetProperty(run => run.DeliveredAt, (DateTimeOffset?)null));
    }

    /// <summary>Looked at, not yet: no event, nobody is told.</summary>
    public async Task PostponeAsync(long runId, TimeSpan by, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var next = Now + by;
        await db.JobRuns.Where(run => run.Id == runId && run.State == RunState.Waiting)
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.NotBefore, (DateTimeOffset?)next), cancellationToken);
    }

    /// <summary>Wakes whose turn it is at stores where runs stand in line: the net under the wake-up at release.</summary>
    public async Task<IReadOnlyList<RunToDeliver>> WakeLinesAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var stores = await db.JobRuns
            .Where(run => run.State == RunState.Waiting && run.Reason == RunReason.Store && run.NotBefore == null && run.StoreId != null)
            .Select(run => run.StoreId!.Value).Distinct().ToListAsync(cancellationToken);
        var woken = new List<RunToDeliver>();
        foreach (var storeId in stores)
        {
            woken.AddRange(await WriteAsync(() => WakeStoreAsync(storeId, cancellationToken)));
        }

        return woken;
    }

    private async Task<List<RunToDeliver>> WakeStoreAsync(int storeId, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = Now;
        var woken = await WakeLineAsync(db, storeId, now);
        await db.SaveChangesAsync(CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        AnnounceWoken(woken, now);
        return woken;
    }

    /// <summary>A run whose store belongs to another host was delivered there; null when that host cannot be told, and finds it by itself.</summary>
    public async Task HandOverAsync(JobRun seen, int storeId, bool isDelivered)
    {
        await using var db = await OpenAsync(CancellationToken.None);
        DateTimeOffset? deliveredAt = isDelivered ? Now : null;
        await db.JobRuns.Where(run => run.Id == seen.Id && run.Epoch == seen.Epoch && run.State == RunState.Queued)
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.StoreId, (int?)storeId).SetProperty(run => run.DeliveredAt, deliveredAt));
    }

    /// <summary>What was delivered to a host that is gone, or has given its stores back, is delivered anew.</summary>
    public async Task ForgetDeliveriesToTheGoneAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        await db.JobRuns
            .Where(run => run.State == RunState.Queued && run.DeliveredAt != null && run.StoreId != null
                && db.StoreOwners.Any(owner => owner.StoreId == run.StoreId && owner.LeaseUntil <= now && run.DeliveredAt <= owner.LeaseUntil))
            .ExecuteUpdateAsync(set => set.SetProperty(run => run.DeliveredAt, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>Of the runs without a delivery, those that are not another host's business.</summary>
    private IQueryable<JobRun> Ours(MasterContext db, DateTimeOffset now) => !owners.IsShared ? db.JobRuns : db.JobRuns.Where(
        run => run.StoreId == null || run.StoreMode == LeaseMode.None
            || !db.StoreOwners.Any(owner => owner.StoreId == run.StoreId && owner.HostId != host.HostId && owner.LeaseUntil > now));

    /// <summary>Queued runs without a recent delivery, oldest first; each is marked as delivered by exactly one caller.</summary>
    public async Task<IReadOnlyList<RunToDeliver>> ClaimDeliveriesAsync(CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        var now = Now;
        var before = now - options.RedeliverAfter;
        var own = owners.IsShared ? await owners.ListOwnAsync(cancellationToken) : null;
        var rows = (await Ours(db, now)
            .Where(run => run.State == RunState.Queued && (run.NotBefore == null || run.NotBefore <= now) && (run.DeliveredAt == null || run.DeliveredAt < before))
            .OrderBy(run => run.Id).Take(PassLimit)
            .Select(run => new { run.Id, run.Queue, run.StoreId })
            .ToListAsync(cancellationToken))
            .ConvertAll(run => new RunToDeliver(run.Id, run.Queue, run.StoreId is { } store && own?.ContainsKey(store) == true));
        var claimed = new List<RunToDeliver>();
        foreach (var delivery in rows)
        {
            var changed = await db.JobRuns
                .Where(run => run.Id == delivery.RunId && run.State == RunState.Queued && (run.DeliveredAt == null || run.DeliveredAt < before))
                .ExecuteUpdateAsync(set => set.SetProperty(run => run.DeliveredAt, (DateTimeOffset?)now), cancellationToken);
            if (changed > 0)
            {
                claimed.Add(delivery);
            }
        }

        return claimed;
    }

    private async Task<List<long>> FindIdsAsync(Func<IQueryable<JobRun>, IQueryable<JobRun>> which, CancellationToken cancellationToken)
    {
        await using var db = await OpenAsync(cancellationToken);
        return await which(db.JobRuns).OrderBy(run => run.Id).Select(run => run.Id).Take(PassLimit).ToListAsync(cancellationToken);
    }
}

internal sealed record DueRun(long RunId, RunReason Reason, int? StoreId);
