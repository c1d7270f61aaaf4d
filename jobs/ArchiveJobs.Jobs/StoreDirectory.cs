using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Jobs;

/// <summary>The stores of the master database as places on the disk.</summary>
public sealed class StoreDirectory(IDbContextFactory<MasterContext> master, IAuditTrail audit, StorePlaces places, TimeProvider time)
{
    /// <summary>The data directory.</summary>
    public sealed record Root(string DataDirectory);

    public async Task<StoreLocation> GetAsync(int id, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var store = await context.Set<Store>().AsNoTracking().SingleOrDefaultAsync(store => store.Id == id, cancellationToken);
        return store is not null ? Locate(store) : throw new ArchiveException(
            new Situation(SituationKeys.StoreUnknown, ErrorClass.Configuration).With("s", id), $"There is no store {id}.");
    }

    /// <summary>The store a profile archives into: its own, or the one that takes new mail.</summary>
    public async Task<StoreLocation> FindTargetAsync(int? storeId, CancellationToken cancellationToken)
    {
        if (storeId is { } id)
        {
            return await GetAsync(id, cancellationToken);
        }

        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var store = await context.Set<Store>().AsNoTracking().SingleOrDefaultAsync(store => store.State == StoreState.ArchiveHere, cancellationToken);
        return store is not null ? Locate(store) : throw new ArchiveException(
            new Situation(SituationKeys.StoreNoTarget, ErrorClass.Configuration), "No store takes new mail.");
    }

    /// <summary>Stores whose cursors and placements count: all that are attached and not switched off.</summary>
    public async Task<IReadOnlyList<StoreLocation>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var stores = await context.Set<Store>().AsNoTracking().Where(store => store.State != StoreState.Disabled).OrderBy(store => store.Id).ToListAsync(cancellationToken);
        return [.. stores.Select(Locate)];
    }

    /// <summary>Every store, also those switched off.</summary>
    public async Task<IReadOnlyList<StoreLocation>> ListAllAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        return [.. (await context.Set<Store>().AsNoTracking().OrderBy(store => store.Id).ToListAsync(cancellationToken)).Select(Locate)];
    }

    /// <summary>Says that a store must not be written, or that it is again what it was before: one that took new mail takes it again, unless another does by now.</summary>
    /// <param name="by">The job kind that found it so.</param>
    /// <returns>Whether anything changed.</returns>
    public async Task<bool> MarkAsync(int id, bool isDamaged, string by, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var store = await context.Set<Store>().SingleAsync(store => store.Id == id, cancellationToken);
        if (isDamaged == (store.State == StoreState.Damaged))
        {
            return false;
        }

        var former = store.State;
        store.State = isDamaged ? await EnterDamageAsync(context, store, cancellationToken) : await LeaveDamageAsync(context, store, cancellationToken);
        audit.Add(context, new AuditEntry(AuditActions.StoreChange, by)
        {
            ActorKind = AuditActorKind.System,
            Level = isDamaged ? AuditLevel.Error : AuditLevel.Information,
            Details = new JsonObject { ["state"] = new JsonArray(former.ToString(), store.State.ToString()) },
        }.About("store", store.Id, store.Name));
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }

    private async Task<StoreState> EnterDamageAsync(MasterContext context, Store store, CancellationToken cancellationToken)
    {
        var setting = await FindFormerAsync(context, store, cancellationToken);
        if (setting is null)
        {
            setting = new Setting { Name = FormerName(store), Value = "" };
            context.Settings.Add(setting);
        }

        (setting.Value, setting.ChangedAt) = (store.State.ToString(), time.GetUtcNow());
        return StoreState.Damaged;
    }

    private static async Task<StoreState> LeaveDamageAsync(MasterContext context, Store store, CancellationToken cancellationToken)
    {
        if (await FindFormerAsync(context, store, cancellationToken) is not { } setting || !Enum.TryParse<StoreState>(setting.Value, out var former))
        {
            return StoreState.Normal;
        }

        context.Settings.Remove(setting);
        return former == StoreState.ArchiveHere && await context.Stores.AnyAsync(other => other.State == StoreState.ArchiveHere, cancellationToken) ? StoreState.Normal : former;
    }

    private static Task<Setting?> FindFormerAsync(MasterContext context, Store store, CancellationToken cancellationToken)
    {
        var name = FormerName(store);
        return context.Settings.SingleOrDefaultAsync(setting => setting.Name == name, cancellationToken);
    }

    private static string FormerName(Store store) => $"store.before-damage.{store.Id.ToString(CultureInfo.InvariantCulture)}";

    private StoreLocation Locate(Store store) => places.Of(store.Id, store.Name, store.Path);
}
