namespace ArchiveJobs.Master;

/// <summary>The one host that has a store open, where several share the master database (docs/adr/0024). Written only by conditional updates.</summary>
public sealed class StoreOwner
{
    public int StoreId { get; set; }

    /// <summary>Of the owner's data directory: its catalog and index are those of this ownership as long as nobody else had the store in between.</summary>
    public Guid HostId { get; set; }

    /// <summary>The start of the owner that holds the lease; another start of the same host takes it over at once.</summary>
    public Guid BootId { get; set; }

    /// <summary>Name of its machine, for people.</summary>
    public required string Host { get; set; }

    /// <summary>+ 1 whenever another host takes the store over.</summary>
    public long Epoch { get; set; }

    public DateTimeOffset Since { get; set; }

    /// <summary>Reached or past: the owner is dead or cut off, and who comes next takes the store over.</summary>
    public DateTimeOffset LeaseUntil { get; set; }
}
