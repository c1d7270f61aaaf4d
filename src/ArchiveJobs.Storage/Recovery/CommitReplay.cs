using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Recovery;

/// <summary>
/// Applies to a catalog the commits of the segments that it does not have: a few after a crash, all of them to a new one.
/// Goes on behind damage and names it. Reads only; memory: one batch and the largest record.
/// </summary>
internal sealed class CommitReplay(string segmentsDirectory, StoreDescriptor store, IMessageStructure structure)
{
    private const int MessagesTogether = 4096;
    private const int CommitsTogether = 256;

    private readonly List<AppliedCommit> _pending = [];
    private readonly Dictionary<SegmentId, long> _copiesReached = [];
    private CompactedEntries? _compacted;
    private int _pendingMessages;
    private long _messages;
    private long _last;
    private ContentId _hash;

    public List<Damage> Damages { get; } = [];

    /// <param name="upTo">The last commit to apply.</param>
    /// <returns>Messages stated by the commits applied.</returns>
    public long Apply(ICatalogWriter catalog, long upTo, IWorkProgress? progress, CancellationToken cancellationToken)
    {
        (_last, _hash) = catalog.Checkpoint;
        using var compressor = Compressors.Create();
        using var segments = new SegmentPool(segmentsDirectory, store.Keys);
        var states = SegmentList.Read(segmentsDirectory, store);
        var copies = new CompactedCommits(states);
        _compacted = new CompactedEntries(states, segments, compressor, Damages);
        for (var i = 0; i < states.Count && _last < upTo; i++)
        {
            if (states[i].LogHeader is { } header)
            {
                // What lies before it and is in no log segment any more.
                TakeCopies(copies, Math.Min(upTo, header.AfterCommit), catalog, segments, compressor, cancellationToken);
            }

            if (states[i].IsCompacted || !Follows(states[i]) || IsPassed(states[i]))
            {
                continue;
            }

            var contents = new SegmentContents(segments.Open(states[i].Id)!, states[i], compressor, Damages);
            foreach (var batch in contents.Read(_last, upTo))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Add(batch, states[i], catalog, segments, compressor);
            }

            Flush(catalog);
            progress?.Report("catalog", i + 1, states.Count, states[i].Length);
        }

        TakeCopies(copies, upTo, catalog, segments, compressor, cancellationToken);
        Flush(catalog);
        return _messages;
    }

    private bool Follows(SegmentState state)
    {
        if (state.Header is not { } header)
        {
            // A file that was only just begun holds nothing that anybody was told of.
            if (state.Length > SegmentHeader.Bytes)
            {
                Report(state, 0, "the header does not verify");
            }

            return false;
        }

        if (header.AfterCommit == _last && header.AfterHash != _hash)
        {
            Report(state, 56, $"it continues from another commit {_last} than the segments before it end with");
        }

        return true;
    }

    /// <summary>All its commits are applied: nothing needs to be read.</summary>
    private bool IsPassed(SegmentState state) => state.LastValidCommit <= _last || (state.Trailer is { } trailer && trailer.LastCommit <= _last);

    /// <summary>Commits up to one number, from the footers of compacted segments; ends where none has the next.</summary>
    private void TakeCopies(CompactedCommits copies, long to, ICatalogWriter catalog, SegmentPool segments, ICompressor compressor, CancellationToken cancellationToken)
    {
        while (_last < to && copies.Find(_last + 1, _hash).Any(found => TakeCopies(found.Range, found.Segment, to, catalog, segments, compressor, cancellationToken)))
        {
        }
    }

    /// <returns>Whether there was one at least.</returns>
    private bool TakeCopies(CommitRange range, SegmentState state, long to, ICatalogWriter catalog, SegmentPool segments, ICompressor compressor, CancellationToken cancellationToken)
    {
        var before = _last;
        var last = Math.Min(to, range.Last);
        foreach (var copy in CommitCopies.Read(segments.Open(state.Id)!, state, compressor, _last + 1, _copiesReached.GetValueOrDefault(state.Id)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_last >= last || copy.Chained.Commit.Number != _last + 1)
            {
                break;
            }

            _copiesReached[state.Id] = copy.Record;
            AddCopy(copy.Chained, state, catalog);
        }

        return _last > before;
    }

    /// <summary>With the first commit of a compacted segment all its entries are located; later ones find them in the catalog.</summary>
    private void AddCopy(ChainedCommit copy, SegmentState state, ICatalogWriter catalog)
    {
        var places = _compacted!.Give(state.Id);
        var here = new Dictionary<EntryKey, EntryLocation>(places);
        Append(copy, state, [.. places], ReadEnvelopes(copy.Commit, here, catalog), catalog);
        if (places.Count > 0)
        {
            Flush(catalog);
        }
    }

    private Dictionary<ContentId, MessageEnvelope> ReadEnvelopes(Commit commit, Dictionary<EntryKey, EntryLocation> here, ICatalogWriter catalog)
    {
        var envelopes = new Dictionary<ContentId, MessageEnvelope>();
        foreach (var message in commit.Facts.OfType<MessageFact>())
        {
            // None when it was deleted since: then its envelope goes with the tombstone.
            if (ReadHead(new EntryKey(EntryKind.Message, message.Id, 0), here, catalog) is { } head)
            {
                envelopes[message.Id] = structure.ReadEnvelope(head.Span);
            }
        }

        return envelopes;
    }

    private ReadOnlyMemory<byte>? ReadHead(EntryKey key, Dictionary<EntryKey, EntryLocation> here, ICatalogWriter catalog)
    {
        var entry = Find(key, here, catalog) is { } location ? _compacted!.Read(key, location) : ReadOnlyMemory<byte>.Empty;
        try
        {
            if (entry.IsEmpty || MessageHead.Read(entry.Span) is not { } head)
            {
                return null;
            }

            var blob = new EntryKey(EntryKind.Blob, head.FirstBlob ?? default, 0);
            var octets = head.FirstBlob is null ? head.Octets : Find(blob, here, catalog) is { } place ? _compacted!.Read(blob, place) : ReadOnlyMemory<byte>.Empty;
            return octets[..Math.Min(octets.Length, MessageHead.MaxOctets)];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static EntryLocation? Find(EntryKey key, Dictionary<EntryKey, EntryLocation> here, ICatalogWriter catalog) =>
        here.TryGetValue(key, out var location) ? location : catalog.Locate(key);

    private void Add(CommittedBatch batch, SegmentState state, ICatalogWriter catalog, SegmentPool segments, ICompressor compressor)
    {
        var locations = new List<KeyValuePair<EntryKey, EntryLocation>>();
        foreach (var block in batch.Blocks)
        {
            for (var i = 0; i < block.Entries.Count; i++)
            {
                locations.Add(new(block.Entries[i].Key, new EntryLocation(state.Id, block.Offset, i)));
            }
        }

        Append(batch.Chained, state, locations, ReadEnvelopes(batch, locations, catalog, segments, compressor), catalog);
    }

    private void Append(
        ChainedCommit chained, SegmentState state, List<KeyValuePair<EntryKey, EntryLocation>> locations, Dictionary<ContentId, MessageEnvelope> envelopes, ICatalogWriter catalog)
    {
        var commit = chained.Commit;
        if (commit.Number != _last + 1)
        {
            BridgeGap(state, chained);
        }
        else if (chained.Previous != _hash)
        {
            Report(state, 0, $"commit {commit.Number} does not follow from the one before it");
        }

        foreach (var replacement in commit.Facts.OfType<SegmentRetiredFact>().SelectMany(fact => fact.Replacements))
        {
            locations.AddRange(_compacted!.Give(replacement.Segment));
        }

        _pending.Add(new AppliedCommit(commit, chained.Hash, locations, envelopes));
        var messages = commit.Facts.Count(fact => fact is MessageFact);
        _pendingMessages += messages;
        _messages += messages;
        (_last, _hash) = (commit.Number, chained.Hash);
        if (_pendingMessages >= MessagesTogether || _pending.Count >= CommitsTogether)
        {
            Flush(catalog);
        }
    }

    /// <summary>Numbers that no segment has are applied empty, so that what lies behind them is not lost as well.</summary>
    private void BridgeGap(SegmentState state, ChainedCommit next)
    {
        Report(state, 0, next.Commit.Number == _last + 2 ? $"commit {_last + 1} is missing" : $"commits {_last + 1} to {next.Commit.Number - 1} are missing");
        while (_last + 1 < next.Commit.Number)
        {
            _last++;
            _hash = _last + 1 == next.Commit.Number ? next.Previous : default;
            _pending.Add(new AppliedCommit(new Commit(_last, next.Commit.At, []), _hash, [], new Dictionary<ContentId, MessageEnvelope>()));
        }
    }

    private Dictionary<ContentId, MessageEnvelope> ReadEnvelopes(
        CommittedBatch batch, List<KeyValuePair<EntryKey, EntryLocation>> locations, ICatalogWriter catalog, SegmentPool segments, ICompressor compressor)
    {
        var envelopes = new Dictionary<ContentId, MessageEnvelope>();
        foreach (var message in batch.Chained.Commit.Facts.OfType<MessageFact>())
        {
            var head = batch.Blocks.Select(block => block.Heads.GetValueOrDefault(message.Id)).LastOrDefault(head => head is not null);
            if (head is not null)
            {
                var octets = head.FirstBlob is { } blob ? ReadBlobStart(blob, locations, catalog, segments, compressor) : head.Octets;
                envelopes[message.Id] = structure.ReadEnvelope(octets.Span);
            }
        }

        return envelopes;
    }

    private ReadOnlyMemory<byte> ReadBlobStart(
        ContentId blob, List<KeyValuePair<EntryKey, EntryLocation>> locations, ICatalogWriter catalog, SegmentPool segments, ICompressor compressor)
    {
        var key = new EntryKey(EntryKind.Blob, blob, 0);
        var here = locations.FindLast(location => location.Key == key);
        Flush(catalog);
        if ((here.Key == key ? here.Value : catalog.Locate(key)) is not { } location
            || segments.Open(location.Segment)?.ReadRecord(location.BlockOffset, compressor, out _, out _) is not { } plain)
        {
            return ReadOnlyMemory<byte>.Empty;   // The damage is named where the block was read.
        }

        var octets = new DecodedBlock(plain).Content(location.Index);
        return octets[..Math.Min(octets.Length, MessageHead.MaxOctets)];
    }

    private void Flush(ICatalogWriter catalog)
    {
        if (_pending.Count > 0)
        {
            catalog.Apply(_pending);
            _pending.Clear();
            _pendingMessages = 0;
        }
    }

    private void Report(SegmentState state, long offset, string what)
    {
        if (Damages.Count < SegmentContents.MaxDamages)
        {
            Damages.Add(new Damage(state.Id.FileName, offset, what));
        }
    }
}
