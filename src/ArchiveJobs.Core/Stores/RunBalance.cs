namespace ArchiveJobs.Core.Stores;

/// <summary>Counters of one folder or of a whole run. Seen is the sum of the five outcomes by definition of each decision, and checked against what the source listed.</summary>
public readonly record struct RunCounters(
    long Archived, long AlreadyHeld, long Filtered, long Failed, long Quarantined,
    long NewMessages, long NewBytes, long Vanished)
{
    public long Seen => Archived + AlreadyHeld + Filtered + Failed + Quarantined;

    public static RunCounters operator +(RunCounters a, RunCounters b) => new(
        a.Archived + b.Archived, a.AlreadyHeld + b.AlreadyHeld, a.Filtered + b.Filtered, a.Failed + b.Failed, a.Quarantined + b.Quarantined,
        a.NewMessages + b.NewMessages, a.NewBytes + b.NewBytes, a.Vanished + b.Vanished);
}

public sealed record FolderBalance(FolderKey Folder, RunCounters Counters);

/// <summary>The balance of a run as the commits of the store tell it.</summary>
public sealed record RunBalance(IReadOnlyList<FolderBalance> Folders)
{
    public RunCounters Total => Folders.Aggregate(default(RunCounters), (sum, folder) => sum + folder.Counters);
}
