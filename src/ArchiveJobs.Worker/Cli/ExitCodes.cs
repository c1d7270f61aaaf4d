namespace ArchiveJobs.Worker.Cli;

/// <summary>What scripts may rely on.</summary>
internal static class ExitCodes
{
    public const int Good = 0;

    /// <summary>Something failed, or a run ended with errors or waits.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be understood, or names something that is not there.</summary>
    public const int Usage = 2;

    /// <summary>The data directory or its host cannot be reached.</summary>
    public const int NotReachable = 3;
}
