namespace ArchiveJobs.Core.Stores;

/// <summary>Where stores lie on the disk: the one place that works it out.</summary>
/// <param name="root">Absolute. Paths of stores are relative to it unless absolute: the data directory, or the one that several hosts share.</param>
/// <param name="views">Absolute; catalog and index of each store lie below it. Null: in the store's own directory.</param>
public sealed class StorePlaces(string root, string? views = null)
{
    /// <param name="path">As the master database has it.</param>
    public StoreLocation Of(int id, string name, string path) => new(id, name, Path.GetFullPath(path, root))
    {
        Views = views is null ? null : Path.Combine(views, id.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };
}
