using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Writing;

namespace ArchiveJobs.Storage.Store;

/// <summary>
/// The commits of a store as its segments tell them, in order. What an older segment holds beyond the commit that a newer one continues from is void:
/// it was written by a writer that had lost the store.
/// </summary>
internal sealed class CommitLog
{
    private readonly string _store;
    private readonly StoreDescriptor _descriptor;
    private readonly List<LoggedSegment> _segments = [];
    private readonly List<Damage> _damages = [];

    private CommitLog(string store, StoreDescriptor descriptor)
    {
        _store = store;
        _descriptor = descriptor;
    }

    public IReadOnlyList<LoggedSegment> Segments => _segments;

    /// <summary>Places that do not verify, gaps and breaks of the chain.</summary>
    public IReadOnlyList<Damage> Damages => _damages;

    /// <summary>The last commit that follows from the first without a gap.</summary>
    public ChainHead Head { get; private set; }

    /// <summary>Reads trailers of sealed segments, and the records of the others.</summary>
    public static CommitLog Read(string store, StoreDescriptor descriptor)
    {
        var log = new CommitLog(store, descriptor);
        using var compressor = Compressors.Create();
        foreach (var id in SegmentDirectory.List(store))
        {
            log.Add(id, compressor);
        }

        log.FindVoid();
        log.FollowChain();
        return log;
    }

    /// <summary>The commits after a number, with the blocks that belong to each, in order.</summary>
    public IEnumerable<LoggedCommit> ReadAfter(long number)
    {
        using var compressor = Compressors.Create();
        var next = number + 1;
        foreach (var segment in _segments.Where(segment => Math.Min(segment.LastCommit, segment.ValidUpTo) > number))
        {
            var scan = segment.Scan ?? ScanOf(segment.Id, compressor);
            var blocks = scan.Blocks.ToLookup(block => block.Commit);
            foreach (var commit in scan.Commits)
            {
                var n = commit.Chained.Commit.Number;
                if (n != next || n > segment.ValidUpTo || n > Head.Number)
                {
                    continue;
                }

                next++;
                yield return new LoggedCommit(segment.Id, commit.Chained, [.. blocks[n]]);
            }
        }
    }

    /// <summary>H(n), null when no valid commit has this number.</summary>
    public ContentId? FindHash(long number)
    {
        if (number == Head.Number)
        {
            return Head.Hash;
        }

        var next = _segments.Find(segment => segment.AfterCommit == number);
        return number > Head.Number ? null : next?.AfterHash ?? ReadAfter(number - 1).FirstOrDefault()?.Chained.Hash;
    }

    private void Add(SegmentId id, ICompressor compressor)
    {
        using var file = SegmentFile.Open(SegmentDirectory.PathOf(_store, id), _descriptor.Keys);
        if (file.Header is not { } header)
        {
            // A file that died before its header was durable holds nothing; one that is longer held something once.
            if (file.Length > SegmentHeader.Bytes)
            {
                _damages.Add(new Damage(id.FileName, 0, "the header does not verify"));
            }

            return;
        }

        if (header.Store != _descriptor.Id || header.Segment != id)
        {
            _damages.Add(new Damage(id.FileName, 0, "the segment belongs to another store or place"));
            return;
        }

        if (file.ReadTrailer(_descriptor.Keys) is { } trailer)
        {
            _segments.Add(new LoggedSegment(id, header, trailer, null, trailer.FirstCommit, trailer.LastCommit, trailer.LastHash));
            return;
        }

        var scan = SegmentScanner.Scan(file, _descriptor.Keys, compressor);
        _damages.AddRange(scan.Damages);
        var first = scan.Commits.Count == 0 ? 0 : scan.Commits[0].Chained.Commit.Number;
        var (last, hash) = scan.Commits.Count == 0 ? (0, header.AfterHash) : (scan.Commits[^1].Chained.Commit.Number, scan.Commits[^1].Chained.Hash);
        _segments.Add(new LoggedSegment(id, header, null, scan, first, last, hash));
    }

    private void FindVoid()
    {
        var validUpTo = long.MaxValue;
        for (var i = _segments.Count - 1; i >= 0; i--)
        {
            _segments[i].ValidUpTo = validUpTo;
            validUpTo = Math.Min(validUpTo, _segments[i].AfterCommit);
        }
    }

    private void FollowChain()
    {
        var head = default(ChainHead);
        foreach (var segment in _segments)
        {
            var last = Math.Min(segment.LastCommit, segment.ValidUpTo);
            if (segment.FirstCommit == 0 || last < segment.FirstCommit)
            {
                continue;
            }

            if (segment.FirstCommit != head.Number + 1 || segment.AfterHash != head.Hash)
            {
                _damages.Add(new Damage(segment.Id.FileName, 0, $"commit {segment.FirstCommit} does not follow commit {head.Number}"));
                break;
            }

            head = last == segment.LastCommit ? new ChainHead(last, segment.LastHash) : new ChainHead(last, HashWithin(segment, last));
        }

        Head = head;
    }

    private ContentId HashWithin(LoggedSegment segment, long number)
    {
        using var compressor = Compressors.Create();
        var scan = segment.Scan ?? ScanOf(segment.Id, compressor);
        return scan.Commits.First(commit => commit.Chained.Commit.Number == number).Chained.Hash;
    }

    private SegmentScan ScanOf(SegmentId id, ICompressor compressor)
    {
        using var file = SegmentFile.Open(SegmentDirectory.PathOf(_store, id), _descriptor.Keys);
        return SegmentScanner.Scan(file, _descriptor.Keys, compressor);
    }
}

/// <summary>One segment of the log.</summary>
internal sealed class LoggedSegment(
    SegmentId id, SegmentHeader header, SegmentTrailer? trailer, SegmentScan? scan, long firstCommit, long lastCommit, ContentId lastHash)
{
    public SegmentId Id => id;

    public SegmentHeader Header => header;

    /// <summary>Null for an unsealed segment.</summary>
    public SegmentTrailer? Trailer => trailer;

    /// <summary>Read already, for an unsealed one.</summary>
    public SegmentScan? Scan => scan;

    public long AfterCommit => header.AfterCommit;

    public ContentId AfterHash => header.AfterHash;

    /// <summary>0 when it has no commit.</summary>
    public long FirstCommit => firstCommit;

    public long LastCommit => lastCommit;

    public ContentId LastHash => lastHash;

    /// <summary>Commits with greater numbers are void.</summary>
    public long ValidUpTo { get; set; } = long.MaxValue;
}

internal sealed record LoggedCommit(SegmentId Segment, Facts.ChainedCommit Chained, IReadOnlyList<ScannedBlock> Blocks);
