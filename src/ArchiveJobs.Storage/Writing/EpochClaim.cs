using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Writing;

/// <summary>
/// A store epoch taken by making the first file under it, before anything that older writers left is read. A writer of an older epoch sees that file
/// before it acknowledges: whatever the locks of a network share are worth, either its commit was read here or it is not acknowledged there.
/// </summary>
internal sealed class EpochClaim : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly string _next;
    private IAppendFile? _first;
    private DateTime _looked;

    private EpochClaim(IFileSystem files, string directory, uint epoch)
    {
        _files = files;
        _directory = directory;
        Epoch = epoch;
        _next = Path.Combine(directory, new SegmentId(epoch + 1, 1).FileName);
        _first = SegmentWriter.Claim(files, directory, new SegmentId(epoch, 1));
    }

    public uint Epoch { get; }

    /// <summary>The first file of the epoch is not in use yet.</summary>
    public bool HasFirst => _first is not null;

    /// <summary>True once a newer epoch was taken. The first file of the next one may be gone again (compaction): then the names tell, looked at only when one was made or removed.</summary>
    public bool IsLost
    {
        get
        {
            if (File.Exists(_next))
            {
                return true;
            }

            var changed = Directory.GetLastWriteTimeUtc(_directory);
            if (changed == _looked)
            {
                return false;
            }

            _looked = changed;
            return SegmentList.ReadNames(_directory).Any(id => id.Epoch > Epoch);
        }
    }

    /// <param name="latest">The largest epoch in any segment's name.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static EpochClaim Make(IFileSystem files, string directory, uint latest) => new(files, directory, latest + 1);

    /// <summary>The empty file of a segment; the caller owns it.</summary>
    public IAppendFile Take(uint number)
    {
        if (number != 1)
        {
            return SegmentWriter.Claim(_files, _directory, new SegmentId(Epoch, number));
        }

        var first = _first ?? throw new InvalidOperationException("The first segment of the epoch is taken.");
        _first = null;
        return first;
    }

    /// <summary>A file that nothing was written to goes; the epoch may be taken again.</summary>
    public void Dispose()
    {
        if (_first is null)
        {
            return;
        }

        _first.Dispose();
        _first = null;
        try
        {
            File.Delete(Path.Combine(_directory, new SegmentId(Epoch, 1).FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty file stays; the next opening removes it.
        }
    }
}
