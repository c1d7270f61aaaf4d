namespace ArchiveJobs.Storage.Backup;

/// <summary>Keeps segments from being unlinked while somebody copies them.</summary>
internal interface ISegmentPins
{
    /// <summary>Until it is disposed of, no segment file of this store that is there now goes away, retired or not.</summary>
    IDisposable Pin(Guid store);
}

/// <summary>For a store whose segments nobody unlinks.</summary>
internal sealed class NoSegmentPins : ISegmentPins, IDisposable
{
    public static NoSegmentPins Instance { get; } = new();

    public IDisposable Pin(Guid store) => this;

    public void Dispose()
    {
    }
}
