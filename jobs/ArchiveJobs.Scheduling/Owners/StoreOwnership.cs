using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Hosting;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Owners;

/// <summary>The table StoreOwners. A row is never removed: its epoch tells a host whether its catalog is still the latest.</summary>
internal sealed class StoreOwnership(
    IDbContextFactory<MasterContext> contexts, IMasterProvider provider, HostIdentity host, SchedulingOptions options, TimeProvider time) : IStoreOwnership
{
    private const int MaxLooks = 5;

    public bool IsShared => !provider.IsSingleHost;

    public async Task<long> AcquireAsync(int storeId, string name, CancellationToken cancellationToken)
    {
        if (!IsShared)
        {
            return 0;
        }

        for (var look = 1; ; look++)
        {
            try
            {
                await using var db = await contexts.CreateDbContextAsync(cancellationToken);
                var owner = await TakeAsync(db, storeId, time.GetUtcNow());
                return owner.BootId == host.BootId ? owner.Epoch : throw Elsewhere(owner, name);
            }
            catch (Exception e) when (look < MaxLooks && provider.IsConflict(e))
            {
                // Another host entered itself between the look and the insert; the next look sees it.
            }
        }
    }

    /// <summary>In the caller's transaction, if it has one.</summary>
    /// <returns>Who has the store now: this boot, or another host that lives or has runs there which nobody has closed yet.</returns>
    public async Task<StoreOwner> TakeAsync(MasterContext db, int storeId, DateTimeOffset now)
    {
        for (var look = 1; ; look++)
        {
            var owner = await db.StoreOwners.AsNoTracking().SingleOrDefaultAsync(row => row.StoreId == storeId);
            if (owner is null)
            {
                owner = new StoreOwner
                {
                    StoreId = storeId, HostId = host.HostId, BootId = host.BootId, Host = host.Name, Epoch = 1, Since = now, LeaseUntil = now + options.LeaseTime,
                };
                db.StoreOwners.Add(owner);
                await db.SaveChangesAsync();
                return owner;
            }

            // An earlier start of this host is dead: the lock of the data directory says so.
            var isLiving = owner.LeaseUntil > now && (owner.BootId == host.BootId || owner.HostId != host.HostId);
            if (isLiving || look == MaxLooks || await IsWorkingAsync(db, owner))
            {
                return owner;
            }

            if (await TakeOverAsync(db, owner, now) is { } taken)
            {
                return taken;
            }
        }
    }

    public async Task<IReadOnlyDictionary<int, long>> ListOwnAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await db.StoreOwners.Where(owner => owner.BootId == host.BootId && owner.LeaseUntil > now)
            .ToDictionaryAsync(owner => owner.StoreId, owner => owner.Epoch, cancellationToken);
    }

    /// <summary>With the heartbeat. A lease that is past is not renewed: somebody may be taking the store over.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var until = now + options.LeaseTime;
        await db.StoreOwners.Where(owner => owner.BootId == host.BootId && owner.LeaseUntil > now)
            .ExecuteUpdateAsync(set => set.SetProperty(owner => owner.LeaseUntil, until), cancellationToken);
    }

    public async Task ReleaseAsync()
    {
        if (!IsShared)
        {
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        var now = time.GetUtcNow();
        await db.StoreOwners.Where(owner => owner.BootId == host.BootId && owner.LeaseUntil > now)
            .ExecuteUpdateAsync(set => set.SetProperty(owner => owner.LeaseUntil, now));
    }

    /// <summary>Runs have leases of their own, which may end later than that of the store: until the reconciler has closed them, nobody takes the store over.</summary>
    private async Task<bool> IsWorkingAsync(MasterContext db, StoreOwner owner) => owner.BootId != host.BootId
        && await db.JobRuns.AnyAsync(run => run.StoreId == owner.StoreId && run.State == RunState.Running && run.BootId == owner.BootId);

    /// <summary>Null when somebody else was faster.</summary>
    private async Task<StoreOwner?> TakeOverAsync(MasterContext db, StoreOwner seen, DateTimeOffset now)
    {
        var isReturn = seen.HostId == host.HostId;
        var taken = new StoreOwner
        {
            StoreId = seen.StoreId, HostId = host.HostId, BootId = host.BootId, Host = host.Name, Epoch = isReturn ? seen.Epoch : seen.Epoch + 1,
            Since = isReturn ? seen.Since : now, LeaseUntil = now + options.LeaseTime,
        };
        var changed = await db.StoreOwners
            .Where(row => row.StoreId == seen.StoreId && row.BootId == seen.BootId && row.Epoch == seen.Epoch && row.LeaseUntil == seen.LeaseUntil)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.HostId, taken.HostId)
                .SetProperty(row => row.BootId, taken.BootId)
                .SetProperty(row => row.Host, taken.Host)
                .SetProperty(row => row.Epoch, taken.Epoch)
                .SetProperty(row => row.Since, taken.Since)
                .SetProperty(row => row.LeaseUntil, taken.LeaseUntil));
        return changed > 0 ? taken : null;
    }

    private static ArchiveException Elsewhere(StoreOwner owner, string name)
    {
        var situation = new Situation(SituationKeys.StoreElsewhere, ErrorClass.StoreBusy)
            .With("s", name).With("owner", owner.Host).With("since", owner.Since.ToString("O", CultureInfo.InvariantCulture));
        return new ArchiveException(situation, $"Store \"{name}\" belongs to host {owner.Host} since {owner.Since:u}. Ask there, or wait until that host stops.");
    }
}
