using ArchiveJobs.Core;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Verification;

/// <summary>Follows the chain over the segments by what headers and trailers say of it.</summary>
internal sealed class ChainCheck(DamageList found, StoreDescriptor store)
{
    private long _last;
    private ContentId? _hash = default(ContentId);

    /// <param name="head">The last commit of the catalog.</param>
    public void Check(IReadOnlyList<SegmentState> states, long head, ContentId headHash)
    {
        var copies = new CompactedCommits(states);
        foreach (var state in states.Where(state => !state.IsCompacted))
        {
            if (state.Header is { } header)
            {
                FollowCopies(copies, header.AfterCommit);
                Enter(state, header, head);
                Leave(state);
            }
            else if (state.Length > SegmentHeader.Bytes)
            {
                found.Add(state.Id.FileName, 0, "the header does not verify");
                _hash = null;
                _last = long.MaxValue;   // Unknown: the next header says where the chain goes on.
            }
        }

        FollowCopies(copies, head);
        if (_last == head && _hash is { } hash && hash != headHash)
        {
            found.Add("catalog.db", 0, $"it has another commit {head} than the segments");
        }
        else if (_last < head)
        {
            found.Add(states.Count == 0 ? "segments" : states[^1].Id.FileName, 0, $"the segments end with commit {_last}, the catalog has {head}");
        }
    }

    /// <summary>Over commits whose log segments were replaced.</summary>
    private void FollowCopies(CompactedCommits copies, long to)
    {
        if (_hash is { } hash)
        {
            (_last, _hash) = copies.Follow(_last, hash, to);
        }
    }

    private void Enter(SegmentState state, SegmentHeader header, long head)
    {
        var name = state.Id.FileName;
        if (header.AfterCommit > _last && header.AfterCommit <= head)
        {
            found.Add(name, 56, $"it continues from commit {header.AfterCommit}, but the segments before it end with {_last}");
        }
        else if (header.AfterCommit == _last && _hash is { } hash && header.AfterHash != hash)
        {
            found.Add(name, 64, $"it continues from another commit {_last} than the segments before it end with");
        }

        (_last, _hash) = (header.AfterCommit, header.AfterHash);
        if (state.LooksSealed && state.Trailer is null)
        {
            found.Add(name, Math.Max(0, state.Length - SegmentTrailer.Bytes), "the trailer does not verify");
        }
    }

    private void Leave(SegmentState state)
    {
        if (state.Trailer is { } trailer)
        {
            if (trailer.LastCommit > _last)
            {
                (_last, _hash) = (trailer.LastCommit, trailer.LastHash);
            }

            return;
        }

        (_last, _hash) = state.LooksSealed ? (long.MaxValue, null) : ReadOpen(state);
    }

    /// <summary>An open segment has its last commit nowhere else: it is read through. There are few of them, and each is cut short by the next opening.</summary>
    private (long Last, ContentId? Hash) ReadOpen(SegmentState state)
    {
        using var file = SegmentFile.Open(state.Path, store.Keys);
        using var compressor = Codec.Compressors.Create();
        var batches = new Recovery.SegmentContents(file, state, compressor, []).Read(0, state.LastValidCommit);
        var last = (_last, _hash);
        foreach (var batch in batches)
        {
            last = (batch.Chained.Commit.Number, batch.Chained.Hash);
        }

        return last;
    }
}
