using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Archiving;

/// <summary>Live numbers of a run for its progress bar; nothing is decided by them.</summary>
internal sealed class ArchiveTally(int mailboxes, IWorkProgress progress)
{
    private long _done, _total, _bytes;
    private int _started, _ended;

    /// <summary>1 for the mailbox that ends first, 2 for the next.</summary>
    public int Ended() => Interlocked.Increment(ref _ended);

    /// <summary>A mailbox has told how much it holds (or that it cannot).</summary>
    public void Started(long items = 0)
    {
        Interlocked.Add(ref _total, items);
        Interlocked.Increment(ref _started);
        Report();
    }

    public void Decided(long items, long bytes = 0)
    {
        Interlocked.Add(ref _done, items);
        Interlocked.Add(ref _bytes, bytes);
        Report();
    }

    private void Report()
    {
        var done = Interlocked.Read(ref _done);
        var total = Interlocked.Read(ref _total);

        // A total is named only when every mailbox has told its own and it is not overtaken: no fake percentages.
        progress.Report("archive", done, Volatile.Read(ref _started) >= mailboxes && total >= done ? total : null, Interlocked.Read(ref _bytes));
    }
}
