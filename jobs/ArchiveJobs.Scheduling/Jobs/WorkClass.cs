namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>Which workers serve a kind, so that a wall of archive runs cannot block a restore. Each class has a queue and workers of its own.</summary>
public enum WorkClass
{
    /// <summary>Somebody waits for it; short.</summary>
    Interactive,

    Archive,
    Verify,
    Maintenance,

    /// <summary>Restores, exports: long and heavy.</summary>
    Bulk,
}
