using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Worker.Composition;

/// <summary>A store as the master database lists it.</summary>
/// <param name="State">Normal, ArchiveHere, WriteProtected, Disabled or Damaged.</param>
internal sealed record StoreEntry(StoreLocation Location, string State)
{
    public int Id => Location.Id;

    public string Name => Location.Name;
}

/// <summary>The stores of this installation.</summary>
internal interface IStoreBook
{
    /// <summary>In the order of their numbers.</summary>
    Task<IReadOnlyList<StoreEntry>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Makes the store and enters it. The first store takes new mail whatever is asked; another that is to take it ends the former's turn and starts with its cursors.</summary>
    Task<StoreEntry> CreateAsync(string name, bool archiveHere, string by, CancellationToken cancellationToken);

    Task<IArchiveStore> OpenAsync(StoreEntry store, CancellationToken cancellationToken);
}
