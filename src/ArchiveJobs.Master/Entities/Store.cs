namespace ArchiveJobs.Master;

/// <summary>What may be done with a store. The numbers are stored and never reused.</summary>
public enum StoreState
{
    Normal = 0,

    /// <summary>Profiles without a store of their own archive here. At most one store.</summary>
    ArchiveHere = 1,

    WriteProtected = 2,
    Disabled = 3,

    /// <summary>A verify found bytes that are not what was written; a person decides.</summary>
    Damaged = 4,
}

public sealed class Store
{
    public int Id { get; set; }

    /// <summary>Unique.</summary>
    public required string Name { get; set; }

    /// <summary>Relative to the data directory, with '/'; absolute for stores attached elsewhere.</summary>
    public required string Path { get; set; }

    public StoreState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>+ 1 whenever leases of this store are looked at: the update makes concurrent hosts queue up here.</summary>
    public long LeaseTurn { get; set; }
}
