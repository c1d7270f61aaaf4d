namespace ArchiveJobs.Master;

/// <summary>What asked for a run. The numbers are stored and never reused.</summary>
public enum RunTrigger
{
    Manual = 0,
    Schedule = 1,

    /// <summary>A person asked to run a finished run once more; <see cref="JobRun.ParentId"/> names it.</summary>
    Retry = 2,

    /// <summary>A missed slot is made up.</summary>
    CatchUp = 3,

    /// <summary>Another run asked for it.</summary>
    Chain = 4,

    Api = 5,
}
