using System.Collections.Concurrent;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Reading;

/// <summary>Segments opened for reading, each once. Thread-safe.</summary>
internal sealed class SegmentPool(string directory, StoreKeys keys) : IDisposable
{
    private readonly ConcurrentDictionary<SegmentId, Lazy<SegmentFile?>> _files = new();

    /// <summary>Null when the file is not there.</summary>
    public SegmentFile? Open(SegmentId segment)
    {
        var file = _files.GetOrAdd(segment, id => new Lazy<SegmentFile?>(() => TryOpen(id))).Value;
        if (file is null)
        {
            _files.TryRemove(segment, out _);
        }

        return file;
    }

    /// <summary>Closes a file that nobody reads any more.</summary>
    public void Forget(SegmentId segment)
    {
        if (_files.TryRemove(segment, out var file) && file.IsValueCreated)
        {
            file.Value?.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values.Where(file => file.IsValueCreated))
        {
            file.Value?.Dispose();
        }
    }

    private SegmentFile? TryOpen(SegmentId segment)
    {
        try
        {
            return SegmentFile.Open(Path.Combine(directory, segment.FileName), keys);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
