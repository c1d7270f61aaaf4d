namespace ArchiveJobs.Master;

/// <summary>How a run uses its store. The numbers are stored and never reused.</summary>
public enum LeaseMode
{
    None = 0,

    /// <summary>Many runs at once.</summary>
    Shared = 1,

    /// <summary>Nobody else.</summary>
    Exclusive = 2,
}
