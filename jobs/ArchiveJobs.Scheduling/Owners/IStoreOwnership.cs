using ArchiveJobs.Core;

namespace ArchiveJobs.Scheduling.Owners;

/// <summary>Which host has which store, where several share the master database (docs/adr/0024). Thread-safe.</summary>
public interface IStoreOwnership
{
    /// <summary>False: the database has one host only, to which every store belongs.</summary>
    bool IsShared { get; }

    /// <summary>Makes this host the owner of a store, or stays it.</summary>
    /// <returns>Epoch of the ownership: it rises when another host has had the store in between.</returns>
    /// <exception cref="ArchiveException">It belongs to another living host (store.elsewhere).</exception>
    Task<long> AcquireAsync(int storeId, string name, CancellationToken cancellationToken);

    /// <summary>Stores of this start of this host, with the epoch of each.</summary>
    Task<IReadOnlyDictionary<int, long>> ListOwnAsync(CancellationToken cancellationToken);

    /// <summary>Lets other hosts take all stores of this host over at once. They must be closed.</summary>
    Task ReleaseAsync();
}
