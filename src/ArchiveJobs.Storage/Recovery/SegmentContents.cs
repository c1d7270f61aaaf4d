using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Recovery;

/// <summary>A commit with the blocks of its batch.</summary>
/// <param name="IsCopy">Its own record does not verify; it comes from the footer.</param>
internal sealed record CommittedBatch(ChainedCommit Chained, IReadOnlyList<ReadBlock> Blocks, bool IsCopy);

/// <param name="Heads">By message: what its envelope is read from.</param>
internal sealed record ReadBlock(long Offset, IReadOnlyList<BlockEntry> Entries, IReadOnlyDictionary<ContentId, MessageHead> Heads);

/// <summary>
/// Reads one segment from front to end as batches, in the order of their commits. A commit whose record is damaged is taken from the footer.
/// Memory: one batch, and with damage the commits of the footer.
/// </summary>
internal sealed class SegmentContents(SegmentFile file, SegmentState state, ICompressor compressor, List<Damage> damages)
{
    private readonly CommitCodec _codec = new();
    private readonly List<(long Commit, ReadBlock Block)> _blocks = [];
    private readonly List<Damage> _behindLastCommit = [];
    private Dictionary<long, ChainedCommit>? _copies;

    /// <param name="after">Commits up to this one are passed over, with their blocks.</param>
    /// <param name="upTo">Ends with this commit.</param>
    public IEnumerable<CommittedBatch> Read(long after, long upTo)
    {
        var last = Math.Max(after, state.Header!.AfterCommit);
        var bound = Math.Min(upTo, state.LastValidCommit);
        if (last >= bound)
        {
            yield break;
        }

        foreach (var batch in ReadRecords(last, bound))
        {
            last = batch.Chained.Commit.Number;
            yield return batch;
        }

        // Behind the last commit of an open segment lies what nobody was told of: a torn tail is no damage.
        if (state.LooksSealed)
        {
            Confirm();
        }

        // Commits whose records are lost at the end of the body.
        var expected = Math.Min(bound, state.Trailer?.LastCommit ?? 0);
        while (last < expected && Copy(last + 1) is { } copy)
        {
            last++;
            yield return Take(copy, isCopy: true);
        }
    }

    private IEnumerable<CommittedBatch> ReadRecords(long last, long bound)
    {
        using var records = new RecordScanner(file, compressor, state.RecordsEnd);
        while (last < bound && records.MoveNext())
        {
            switch (records.State, records.Header.Type)
            {
                case (RecordState.Good, RecordType.Data):
                    KeepBlock(records, last);
                    break;
                case (RecordState.Good, RecordType.Commit):
                    if (ReadCommit(records) is not { } commit || commit.Commit.Number <= last || commit.Commit.Number > bound)
                    {
                        break;
                    }

                    Confirm();
                    while (last + 1 < commit.Commit.Number && Copy(last + 1) is { } copy)
                    {
                        last++;
                        yield return Take(copy, isCopy: true);
                    }

                    last = commit.Commit.Number;
                    yield return Take(commit, isCopy: false);
                    break;
                case (RecordState.Good, _):
                    yield break;   // The footer begins.
                default:
                    Report(records.Offset, records.State == RecordState.Gap ? $"{records.Length} bytes are no record" : "a record does not verify");
                    break;
            }
        }
    }

    private void KeepBlock(RecordScanner records, long last)
    {
        if (records.Header.Commit <= last)
        {
            return;
        }

        try
        {
            var entries = new List<BlockEntry>();
            var start = BlockDirectory.Read(records.Plain.Span, entries);
            var heads = new Dictionary<ContentId, MessageHead>();
            foreach (var entry in entries.Where(entry => entry.Key.Kind == EntryKind.Message))
            {
                heads[entry.Key.Id] = MessageHead.Read(records.Plain.Span.Slice(start + entry.Offset, entry.Length));
            }

            _blocks.Add((records.Header.Commit, new ReadBlock(records.Offset, entries, heads)));
        }
        catch (InvalidDataException e)
        {
            Report(records.Offset, e.Message);
        }
    }

    private ChainedCommit? ReadCommit(RecordScanner records)
    {
        try
        {
            var commit = _codec.Read(records.Plain.Span);
            return commit.Commit.Number == records.Header.Commit ? commit : throw new InvalidDataException("A commit has another number than its record.");
        }
        catch (InvalidDataException e)
        {
            Report(records.Offset, e.Message);
            return null;
        }
    }

    private CommittedBatch Take(ChainedCommit commit, bool isCopy)
    {
        var number = commit.Commit.Number;
        var blocks = _blocks.Where(b => b.Commit == number).Select(b => b.Block).ToList();
        _blocks.RemoveAll(b => b.Commit <= number);
        return new CommittedBatch(commit, blocks, isCopy);
    }

    private ChainedCommit? Copy(long number)
    {
        if (state.Trailer is not { } trailer)
        {
            return null;
        }

        _copies ??= ReadCopies(trailer);
        return _copies.GetValueOrDefault(number);
    }

    private Dictionary<long, ChainedCommit> ReadCopies(SegmentTrailer trailer)
    {
        var copies = new Dictionary<long, ChainedCommit>();
        using var records = new RecordScanner(file, compressor, state.RecordsEnd, trailer.FooterOffset);
        while (records.MoveNext())
        {
            if (records.State == RecordState.Good && records.Header.Type == RecordType.CommitCopy)
            {
                foreach (var commit in CommitCopies.Read(records.Plain.Span, _codec))
                {
                    copies[commit.Commit.Number] = commit;
                }
            }
        }

        return copies;
    }

    private void Report(long offset, string what)
    {
        if (_behindLastCommit.Count < MaxDamages)
        {
            _behindLastCommit.Add(new Damage(file.Name, offset, what));
        }
    }

    private void Confirm()
    {
        damages.AddRange(_behindLastCommit.Take(MaxDamages - damages.Count));
        _behindLastCommit.Clear();
    }

    public const int MaxDamages = 10_000;
}
