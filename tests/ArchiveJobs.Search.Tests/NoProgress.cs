using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Tests;

internal sealed class NoProgress : IWorkProgress
{
    public static NoProgress Instance { get; } = new();

    public void Report(string phase, long done, long? total, long doneBytes)
    {
    }

    public void Log(WorkLogLevel level, string line)
    {
    }
}
