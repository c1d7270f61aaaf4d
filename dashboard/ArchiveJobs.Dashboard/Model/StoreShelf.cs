using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>A store with what can be said of it at once.</summary>
/// <param name="Numbers">Null when it is disabled or cannot be opened.</param>
/// <param name="Trouble">Why it cannot be opened.</param>
/// <param name="Free">Octets free on its disk; null when unknown.</param>
internal sealed record ShelvedStore(
    Store Row, StoreLocation Location, StoreStatistics? Numbers, IndexCoverage? Search, Situation? Trouble, RunSummary? LastVerify, RunSummary? LastBackup, long? Free);

/// <summary>The stores for people.</summary>
internal sealed class StoreShelf(
    IDbContextFactory<MasterContext> contexts, IArchiveStores stores, IStoreSearch search, IRunService runs, StorePlaces places, ILogger<StoreShelf> logger)
{
    public async Task<IReadOnlyDictionary<int, string>> NamesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Stores.AsNoTracking().ToDictionaryAsync(store => store.Id, store => store.Name, cancellationToken);
    }

    public async Task<IReadOnlyList<ShelvedStore>> ListAsync(CancellationToken cancellationToken)
    {
        var listed = new List<ShelvedStore>();
        var backup = await LatestAsync("CreateBackup", null, cancellationToken);   // One backs up all stores.
        foreach (var row in await RowsAsync(cancellationToken))
        {
            listed.Add(await ReadAsync(row, backup, cancellationToken));
        }

        return listed;
    }

    /// <summary>Stores that may be searched and read, with those that cannot be opened left out.</summary>
    public async Task<(IReadOnlyList<IArchiveStore> Open, IReadOnlyList<string> LeftOut)> OpenAllAsync(CancellationToken cancellationToken)
    {
        var open = new List<IArchiveStore>();
        var leftOut = new List<string>();
        foreach (var row in await RowsAsync(cancellationToken))
        {
            if (row.State != StoreState.Disabled && await TryOpenAsync(row, cancellationToken) is { Store: { } store })
            {
                open.Add(store);
                continue;
            }

            leftOut.Add(row.Name);
        }

        return (open, leftOut);
    }

    /// <summary>Null when there is none of this number, or it is switched off.</summary>
    public async Task<IArchiveStore?> OpenAsync(int id, CancellationToken cancellationToken) =>
        (await RowsAsync(cancellationToken)).FirstOrDefault(row => row.Id == id && row.State != StoreState.Disabled) is { } found
            ? await stores.OpenAsync(Locate(found), cancellationToken)
            : null;

    private async Task<ShelvedStore> ReadAsync(Store row, RunSummary? backup, CancellationToken cancellationToken)
    {
        var (store, trouble) = row.State == StoreState.Disabled ? (null, null) : await TryOpenAsync(row, cancellationToken);
        var location = Locate(row);
        return new ShelvedStore(
            row, location,
            store is null ? null : await store.ReadStatisticsAsync(cancellationToken),
            store is null ? null : await CoverageAsync(store, cancellationToken),
            trouble,
            await LatestAsync("VerifyStore", row.Id, cancellationToken),
            backup,
            FreeOn(location.Path));
    }

    private async Task<(IArchiveStore? Store, Situation? Trouble)> TryOpenAsync(Store row, CancellationToken cancellationToken)
    {
        try
        {
            return (await stores.OpenAsync(Locate(row), cancellationToken), null);
        }
        catch (ArchiveException e)
        {
            logger.StoreUnreadable(row.Id, e);
            return (null, e.Situation);
        }
    }

    private async Task<IndexCoverage?> CoverageAsync(IArchiveStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await search.ReadCoverageAsync(store, cancellationToken);
        }
        catch (ArchiveException e)
        {
            logger.StoreUnreadable(store.Location.Id, e);
            return null;
        }
    }

    private async Task<RunSummary?> LatestAsync(string kind, int? store, CancellationToken cancellationToken) =>
        await runs.ListAsync(new RunFilter { Kind = kind, StoreId = store }, null, 1, cancellationToken) is [var latest, ..] ? latest : null;

    private async Task<List<Store>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Stores.AsNoTracking().OrderBy(store => store.Id).ToListAsync(cancellationToken);
    }

    private StoreLocation Locate(Store row) => places.Of(row.Id, row.Name, row.Path);

    private static long? FreeOn(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
