using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Segments;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>
/// Files of retired segments, which stay as long as somebody reads who began before the retirement: he may still have places in them. Thread-safe.
/// Nothing is lost when the process ends before they are removed: the next opening of the writer finds them again.
/// </summary>
internal sealed class RetiredSegments(StoreName store, string directory, SegmentPool pool, IFileSystem files, ILogger log)
{
    private static readonly IReadOnlySet<SegmentId> NoSegments = new HashSet<SegmentId>();

    private readonly Lock _lock = new();
    private readonly SortedSet<long> _pins = [];
    private readonly Dictionary<SegmentId, long> _waiting = [];
    private long _ticket;

    /// <summary>Keeps all files that are there now until it is disposed. Take it before asking the catalog for a place.</summary>
    public SegmentPin Pin()
    {
        lock (_lock)
        {
            _pins.Add(++_ticket);
            return new SegmentPin(this, _ticket, _waiting.Count == 0 ? NoSegments : _waiting.Keys.ToHashSet());
        }
    }

    /// <summary>Takes over files of segments whose retirement is durable and applied to the catalog: nobody who pins from here on finds a place in them.</summary>
    /// <returns>Those that somebody still reads.</returns>
    public IReadOnlySet<SegmentId> Add(IEnumerable<SegmentId> retired)
    {
        lock (_lock)
        {
            _ticket++;
            var added = retired.ToHashSet();
            foreach (var segment in added)
            {
                _waiting.TryAdd(segment, _ticket);
            }

            Sweep();
            added.IntersectWith(_waiting.Keys);
            return added;
        }
    }

    internal void Release(long ticket)
    {
        lock (_lock)
        {
            if (_pins.Remove(ticket))
            {
                Sweep();
            }
        }
    }

    private void Sweep()
    {
        var oldest = _pins.Count == 0 ? long.MaxValue : _pins.Min;
        var free = _waiting.Where(segment => segment.Value < oldest).Select(segment => segment.Key).ToList();
        foreach (var segment in free)
        {
            _waiting.Remove(segment);
            pool.Forget(segment);
            Remove(segment);
        }
    }

    private void Remove(SegmentId segment)
    {
        try
        {
            files.Delete(Path.Combine(directory, segment.FileName));
            StorageLog.SegmentRemoved(log, store.Id, segment.FileName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It takes room and nothing else; the next opening of the writer tries again.
            StorageLog.SegmentNotRemoved(log, store.Id, segment.FileName, e.Message);
        }
    }
}

/// <summary>Keeps the files of segments until it is disposed, but for those that were retired before.</summary>
/// <param name="retired">Retired when it was taken: nobody needs them any more, and an older pin may let them go at any time.</param>
internal sealed class SegmentPin(RetiredSegments owner, long ticket, IReadOnlySet<SegmentId> retired) : IDisposable
{
    public IReadOnlySet<SegmentId> Retired => retired;

    public void Dispose() => owner.Release(ticket);
}
