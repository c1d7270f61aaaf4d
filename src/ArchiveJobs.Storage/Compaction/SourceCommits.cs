using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>The valid commits of one segment that is being replaced, from its footer, each checked against the chain. Read through once from front to end.</summary>
internal sealed class SourceCommits(SegmentFile file, SegmentState state, ICompressor compressor) : IDisposable
{
    private IEnumerator<CopiedCommit>? _copies;

    /// <exception cref="DamagedSourceException">A commit is missing or does not follow.</exception>
    public IReadOnlyList<CommitRange> ReadRanges()
    {
        if (state.IsCompacted)
        {
            return state.Ranges;
        }

        var header = state.Header!;
        var range = new CommitRange(state.Id, header.AfterCommit + 1, Math.Min(state.Trailer!.LastCommit, state.LastValidCommit), header.AfterHash, header.AfterHash);
        if (range.IsEmpty)
        {
            return [range with { Last = header.AfterCommit }];
        }

        var last = header.AfterHash;
        foreach (var copy in Walk(range))
        {
            last = copy.Chained.Hash;
        }

        _copies!.Dispose();
        _copies = null;
        return [range with { LastHash = last }];
    }

    /// <summary>The plain bodies of the commits of one range; ranges in ascending order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read(CommitRange range)
    {
        var last = range.Before;
        foreach (var copy in Walk(range))
        {
            last = copy.Chained.Hash;
            yield return copy.Octets;
        }

        if (last != range.LastHash)
        {
            throw Damaged($"commit {range.Last} is another than the one that was copied");
        }
    }

    public void Dispose() => _copies?.Dispose();

    private IEnumerable<CopiedCommit> Walk(CommitRange range)
    {
        _copies ??= CommitCopies.Read(file, state, compressor, range.First).GetEnumerator();
        var hash = range.Before;
        for (var number = range.First; number <= range.Last; number++)
        {
            do
            {
                if (!_copies.MoveNext())
                {
                    throw Damaged($"commit {number} is missing in the footer");
                }
            }
            while (_copies.Current.Chained.Commit.Number < number);

            if (_copies.Current.Chained.Commit.Number != number || _copies.Current.Chained.Previous != hash)
            {
                throw Damaged($"commit {number} does not follow in the footer");
            }

            hash = _copies.Current.Chained.Hash;
            yield return _copies.Current;
        }
    }

    private DamagedSourceException Damaged(string what) => new(state.Id, state.Trailer!.FooterOffset, what);
}
