namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>Chance and fresh names, as a port so that tests can say what comes.</summary>
public interface IRandomSource
{
    /// <summary>At least 0, less than 1; all equally likely.</summary>
    double NextFraction();

    /// <summary>A version 7 GUID: unique, rising with time.</summary>
    Guid NewKey();
}

internal sealed class SystemRandomSource(TimeProvider time) : IRandomSource
{
    public double NextFraction() => Random.Shared.NextDouble();

    public Guid NewKey() => Guid.CreateVersion7(time.GetUtcNow());
}
