using System.Globalization;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Indexing;

/// <summary>Shows the progress of one piece of indexing work over several pumps.</summary>
internal sealed class WorkTally(IWorkProgress progress, string phase, long? total)
{
    private const int Every = 64;

    private IndexPump? _pump;
    private long _messages;
    private long _bytes;

    public void Show(IndexPump pump)
    {
        if (_pump != pump)
        {
            Keep();
            _pump = pump;
        }

        if (pump.Messages % Every == 0)
        {
            progress.Report(phase, _messages + pump.Messages, total, _bytes + pump.Bytes);
        }
    }

    /// <summary>Says what could not be read; the last figure of the progress.</summary>
    public void Log(IndexPump pump)
    {
        Show(pump);
        progress.Report(phase, _messages + pump.Messages, total, _bytes + pump.Bytes);
        if (pump.Unreadable > 0)
        {
            progress.Log(WorkLogLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"{pump.Unreadable} messages could be taken apart only in part; what was readable is searchable."));
        }
    }

    private void Keep()
    {
        _messages += _pump?.Messages ?? 0;
        _bytes += _pump?.Bytes ?? 0;
    }
}
