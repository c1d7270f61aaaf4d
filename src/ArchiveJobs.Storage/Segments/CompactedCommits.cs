using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Segments;

/// <summary>Which commits the compacted segments of a store have copies of, found by number.</summary>
internal sealed class CompactedCommits
{
    private readonly List<(CommitRange Range, SegmentState Segment)> _ranges;

    /// <param name="states">All segments in order.</param>
    public CompactedCommits(IEnumerable<SegmentState> states)
    {
        // The highest segment first: it was made last.
        _ranges = [.. states.Where(state => state.IsCompacted).Reverse()
            .SelectMany(state => state.Ranges.Where(range => !range.IsEmpty).Select(range => (range, state)))
            .OrderBy(entry => entry.range.First)];
    }

    /// <summary>Copies of commit n: ranges that hold it, those of higher segments first.</summary>
    /// <param name="previous">H(n - 1); a range that begins with n must follow it. Null when unknown.</param>
    public IEnumerable<(CommitRange Range, SegmentState Segment)> Find(long number, ContentId? previous) =>
        Candidates(number).Where(entry => entry.Range.First < number || previous is not { } hash || entry.Range.Before == hash);

    /// <summary>Follows whole ranges from one commit, as far as they go on without a gap and not beyond <paramref name="to"/>.</summary>
    public (long Number, ContentId Hash) Follow(long number, ContentId hash, long to)
    {
        while (number < to && Find(number + 1, hash).FirstOrDefault(entry => entry.Range.First == number + 1 && entry.Range.Last <= to) is { Range: { } range })
        {
            (number, hash) = (range.Last, range.LastHash);
        }

        return (number, hash);
    }

    /// <summary>H(n) where n is an end of a range; null when it is none.</summary>
    public ContentId? FindHash(long number) =>
        _ranges.Find(entry => entry.Range.Last == number).Range?.LastHash ?? _ranges.Find(entry => entry.Range.First == number + 1).Range?.Before;

    /// <summary>By binary search: ranges of log segments do not overlap but for copies of the same one.</summary>
    private IEnumerable<(CommitRange Range, SegmentState Segment)> Candidates(long number)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ranges[middle].Range.First <= number ? (middle + 1, high) : (low, middle);
        }

        // The greatest first number that is not above; several copies may begin with it.
        var end = low;
        var first = end == 0 ? 0 : _ranges[end - 1].Range.First;
        var start = end;
        while (start > 0 && _ranges[start - 1].Range.First == first)
        {
            start--;
        }

        return _ranges.GetRange(start, end - start).Where(entry => entry.Range.Has(number));
    }
}
