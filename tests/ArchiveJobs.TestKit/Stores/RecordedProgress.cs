using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.TestKit.Stores;

/// <summary>Keeps the lines, forgets the numbers.</summary>
public sealed class RecordedProgress : IWorkProgress
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public void Report(string phase, long done, long? total, long doneBytes)
    {
    }

    public void Log(WorkLogLevel level, string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}

/// <summary>A lease that a test takes away.</summary>
public sealed class TestFence : IRunFence
{
    public bool IsHeld { get; set; } = true;
}
