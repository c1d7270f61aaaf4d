using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Recovery;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Writing;

namespace ArchiveJobs.Storage.Store;

/// <summary>
/// The commits of a store as its segments tell them, in order. What an older segment holds beyond the commit that a newer one continues from is void:
/// it was written by a writer that had lost the store.
/// </summary>
internal sealed class CommitLog
{
    private readonly StoreKeys _keys;
    private readonly List<LoggedSegment> _segments = [];
    private readonly List<Damage> _damages = [];
    private CompactedCommits _compacted = new([]);

    private CommitLog(StoreKeys keys)
    {
        _keys = keys;
    }

    /// <summary>Those that the writer wrote.</summary>
    public IReadOnlyList<LoggedSegment> Segments => _segments;

    /// <summary>Those that compaction made, finished or not.</summary>
    public IReadOnlyList<SegmentState> Compacted { get; private set; } = [];

    /// <summary>Places that do not verify, gaps and breaks of the chain.</summary>
    public IReadOnlyList<Damage> Damages => _damages;

    /// <summary>The last commit that follows from the first without a gap.</summary>
    public ChainHead Head { get; private set; }

    /// <summary>Reads trailers of sealed segments, and the records of the others.</summary>
    /// <param name="directory">Of the segments.</param>
    public static CommitLog Read(string directory, StoreDescriptor descriptor) => Read(SegmentList.Locate(directory), descriptor);

    /// <summary>The same for segments that lie elsewhere or under other names.</summary>
    public static CommitLog Read(IEnumerable<LocatedSegment> files, StoreDescriptor descriptor)
    {
        var log = new CommitLog(descriptor.Keys);
        using var compressor = Compressors.Create();
        var states = SegmentList.Read(files, descriptor);
        log.Compacted = [.. states.Where(state => state.IsCompacted)];
        log._compacted = new CompactedCommits(log.Compacted);
        foreach (var state in states.Where(state => !state.IsCompacted))
        {
            log.Add(state, compressor);
        }

        log.FollowChain();
        return log;
    }

    /// <summary>H(n), null when no valid commit has this number.</summary>
    public ContentId? FindHash(long number)
    {
        if (number >= Head.Number)
        {
            return number == Head.Number ? Head.Hash : null;
        }

        return _segments.Find(segment => segment.Header.AfterCommit == number)?.Header.AfterHash
            ?? _compacted.FindHash(number)
            ?? (_segments.Find(segment => segment.Has(number)) is { } segment ? FindHashIn(segment, number) : FindCopiedHash(number));
    }

    private void Add(SegmentState state, ICompressor compressor)
    {
        if (state.Header is not { } header)
        {
            // A file that died before its header was durable holds nothing; one that is longer held something once.
            if (state.Length > SegmentHeader.Bytes)
            {
                _damages.Add(new Damage(state.Id.FileName, 0, "the header does not verify, or it is of another store or place"));
            }

            return;
        }

        if (state.Trailer is { } trailer)
        {
            _segments.Add(new LoggedSegment(state, header, null, trailer.FirstCommit, trailer.LastCommit, trailer.LastHash));
            return;
        }

        using var file = SegmentFile.Open(state.Path, _keys);
        var scan = SegmentScanner.Scan(file, compressor);
        _damages.AddRange(scan.Damages);
        var (first, last, hash) = scan.Commits.Count == 0
            ? (0, 0, header.AfterHash)
            : (scan.Commits[0].Chained.Commit.Number, scan.Commits[^1].Chained.Commit.Number, scan.Commits[^1].Chained.Hash);
        _segments.Add(new LoggedSegment(state, header, scan, first, last, hash));
    }

    private void FollowChain()
    {
        foreach (var segment in _segments.Where(segment => segment.Has(segment.FirstCommit)))
        {
            var (number, previous) = _compacted.Follow(Head.Number, Head.Hash, segment.FirstCommit - 1);
            Head = new ChainHead(number, previous);
            if (segment.FirstCommit != Head.Number + 1 || segment.Header.AfterHash != Head.Hash)
            {
                Report(segment, $"commit {segment.FirstCommit} does not follow commit {Head.Number}");
                return;
            }

            var last = segment.LastValid;
            if ((last == segment.LastCommit ? segment.LastHash : FindHashIn(segment, last)) is not { } hash)
            {
                Report(segment, $"commit {last} does not verify");
                return;
            }

            Head = new ChainHead(last, hash);
        }

        var (head, headHash) = _compacted.Follow(Head.Number, Head.Hash, long.MaxValue);
        Head = new ChainHead(head, headHash);
    }

    private ContentId? FindCopiedHash(long number)
    {
        using var compressor = Compressors.Create();
        foreach (var (_, state) in _compacted.Find(number, null))
        {
            using var file = SegmentFile.Open(state.Path, _keys);
            if (CommitCopies.Read(file, state, compressor, number).FirstOrDefault() is { } copy && copy.Chained.Commit.Number == number)
            {
                return copy.Chained.Hash;
            }
        }

        return null;
    }

    private ContentId? FindHashIn(LoggedSegment segment, long number)
    {
        if (segment.Scan is { } scan)
        {
            return scan.Commits.FirstOrDefault(commit => commit.Chained.Commit.Number == number)?.Chained.Hash;
        }

        using var compressor = Compressors.Create();
        using var file = SegmentFile.Open(segment.State.Path, _keys);
        return new SegmentContents(file, segment.State, compressor, []).Read(number - 1, number).FirstOrDefault()?.Chained.Hash;
    }

    private void Report(LoggedSegment segment, string what) => _damages.Add(new Damage(segment.State.Id.FileName, 0, what));
}

/// <summary>One segment of the log.</summary>
/// <param name="Scan">Null for a sealed one, whose trailer tells enough.</param>
/// <param name="FirstCommit">0 when it has none.</param>
internal sealed record LoggedSegment(SegmentState State, SegmentHeader Header, SegmentScan? Scan, long FirstCommit, long LastCommit, ContentId LastHash)
{
    /// <summary>Commits behind it are void.</summary>
    public long LastValid => Math.Min(LastCommit, State.LastValidCommit);

    public bool Has(long commit) => commit > 0 && FirstCommit <= commit && commit <= LastValid;
}
