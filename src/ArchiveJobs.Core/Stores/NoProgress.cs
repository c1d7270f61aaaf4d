namespace ArchiveJobs.Core.Stores;

/// <summary>For work whose progress nobody looks at.</summary>
public sealed class NoProgress : IWorkProgress
{
    private NoProgress()
    {
    }

    public static NoProgress Instance { get; } = new();

    public void Report(string phase, long done, long? total, long doneBytes)
    {
    }

    public void Log(WorkLogLevel level, string line)
    {
    }
}
