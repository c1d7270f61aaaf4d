using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recovery;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Verification;

/// <summary>
/// Reads every byte of one segment and compares: records with their checksums and tags, blocks with their directories, footer with records, file with its digest,
/// commits with the chain, entries with the places that the catalog has for them.
/// </summary>
internal sealed class SegmentCheck(SegmentState state, StoreDescriptor store, CatalogReader catalog, ICompressor compressor, DamageList found)
{
    private const int DigestWindow = 1 << 20;

    private readonly CommitCodec _codec = new();
    private readonly Dictionary<long, List<BlockEntry>> _blocks = [];
    private readonly List<ContentId> _commits = [];
    private readonly List<(long Offset, List<BlockEntry> Entries)> _listed = [];
    private readonly List<ContentId> _copied = [];
    private readonly List<ChainedCommit> _copiedEnds = [];
    private readonly List<CommitRange> _ranges = [];
    private long _last;
    private ContentId _hash;
    private bool _isWhole = true;
    private long _beingWritten = long.MaxValue;

    public long Bytes { get; private set; }

    private string Name => state.Id.FileName;

    /// <param name="head">The last commit that counts; what an open segment holds behind it is being written.</param>
    public void Run(long head, CancellationToken cancellationToken)
    {
        if (state.Header is not { } header)
        {
            // Named by the check of the chain; without the header there is no key.
            CompareWithCatalog();
            return;
        }

        if (state.IsCompacted && !state.LooksSealed)
        {
            return;   // Being made: no commit names it yet.
        }

        using var file = SegmentFile.Open(state.Path, store.Keys);
        var last = Math.Min(head, state.LastValidCommit);
        (_last, _hash) = (header.AfterCommit, header.AfterHash);
        Bytes = SegmentHeader.Bytes;
        if (state.LooksSealed || last > header.AfterCommit)
        {
            ReadRecords(file, last, cancellationToken);
        }

        if (state.LooksSealed)
        {
            CheckFooter(file, cancellationToken);
        }
        else if (_last >= last)
        {
            _beingWritten = Bytes;   // Reached the last commit that counts; entries behind it came later.
        }
        else if (state.LastValidCommit != long.MaxValue)
        {
            found.Add(Name, state.Length, $"it ends with commit {_last}, but commit {last} was made durable in it");
        }

        CompareWithCatalog();
    }

    private void ReadRecords(SegmentFile file, long last, CancellationToken cancellationToken)
    {
        using var records = new RecordScanner(file, compressor, state.RecordsEnd);
        while ((state.LooksSealed || _last < last) && records.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Bytes += records.Length;
            if (records.State == RecordState.Good)
            {
                Look(records);
            }
            else
            {
                _isWhole = false;
                found.Add(Name, records.Offset, records.State == RecordState.Gap ? $"{records.Length} bytes are no record" : "the record does not verify");
            }
        }
    }

    private void Look(RecordScanner record)
    {
        try
        {
            switch (record.Header.Type)
            {
                case RecordType.Data:
                    _blocks[record.Offset] = ReadBlock(record);
                    break;
                case RecordType.Commit:
                    Follow(record, _codec.Read(record.Plain.Span));
                    break;
                case RecordType.Directory:
                    ReadDirectories(record);
                    break;
                case RecordType.Ranges:
                    ReadRanges(record);
                    break;
                default:
                    CommitCopies.Read(record.Plain.Span, _codec).ForEach(Keep);
                    break;
            }
        }
        catch (InvalidDataException e)
        {
            _isWhole = false;
            found.Add(Name, record.Offset, e.Message);
        }
    }

    private static List<BlockEntry> ReadBlock(RecordScanner record)
    {
        var entries = new List<BlockEntry>();
        var start = BlockDirectory.Read(record.Plain.Span, entries);
        foreach (var entry in entries.Where(entry => entry.Key.Kind == EntryKind.Message))
        {
            MessageHead.Read(record.Plain.Span.Slice(start + entry.Offset, entry.Length));
        }

        return entries;
    }

    private void Follow(RecordScanner record, ChainedCommit commit)
    {
        // After a lost record the chain goes on from what the next commit says of it; the loss itself is named.
        if (_isWhole && (commit.Commit.Number != _last + 1 || commit.Previous != _hash))
        {
            found.Add(Name, record.Offset, $"commit {commit.Commit.Number} does not follow commit {_last}");
        }

        (_last, _hash) = (commit.Commit.Number, commit.Hash);
        _commits.Add(commit.Hash);
    }

    private void ReadRanges(RecordScanner record)
    {
        var from = new ByteReader(record.Plain.Span);
        while (from.Left > 0)
        {
            _ranges.Add(CommitRange.Read(ref from));
        }
    }

    /// <summary>Of a compacted segment's copies, in their order, only where one does not follow from the one before must be known.</summary>
    private void Keep(ChainedCommit copy)
    {
        _copied.Add(copy.Hash);
        if (state.IsCompacted && (_copiedEnds.Count == 0 || copy.Commit.Number != _last + 1 || copy.Previous != _hash))
        {
            _copiedEnds.Add(copy);
        }

        if (state.IsCompacted)
        {
            (_last, _hash) = (copy.Commit.Number, copy.Hash);
        }
    }

    /// <summary>The copies are those of the ranges, without a gap, and chained as the ranges say.</summary>
    private bool AreRangesFilled()
    {
        var filled = _ranges.Where(range => !range.IsEmpty).ToList();
        var expected = filled.Sum(range => range.Last - range.First + 1);
        var joints = filled.Where((range, i) => i == 0 || filled[i - 1].Last + 1 != range.First || filled[i - 1].LastHash != range.Before);
        return expected == _copied.Count
            && joints.Select(range => (range.First, range.Before)).SequenceEqual(_copiedEnds.Select(copy => (copy.Commit.Number, copy.Previous)))
            && IsEndOfRangesRight(filled);
    }

    private bool IsEndOfRangesRight(List<CommitRange> filled)
    {
        var at = 0L;
        foreach (var range in filled)
        {
            at += range.Last - range.First + 1;
            if (_copied[(int)at - 1] != range.LastHash)
            {
                return false;
            }
        }

        return true;
    }

    private void ReadDirectories(RecordScanner record)
    {
        var from = new ByteReader(record.Plain.Span);
        while (from.Left > 0)
        {
            var offset = from.Int64();
            var entries = new List<BlockEntry>();
            BlockDirectory.Read(ref from, entries);
            _listed.Add((offset, entries));
        }
    }

    private void CheckFooter(SegmentFile file, CancellationToken cancellationToken)
    {
        Bytes += SegmentTrailer.Bytes;
        if (state.Trailer is not { } trailer)
        {
            return;   // Named by the check of the chain.
        }

        if (Digest(file, trailer.Length, cancellationToken) != trailer.Sha256 && _isWhole)
        {
            found.Add(Name, trailer.Length, "the digest of the file differs");
        }

        if (!_isWhole)
        {
            return;
        }

        var areListed = _listed.Count == _blocks.Count && _listed.TrueForAll(b => _blocks.TryGetValue(b.Offset, out var entries) && entries.SequenceEqual(b.Entries));
        var areCopied = state.IsCompacted ? AreRangesFilled() && trailer.Commits == _copied.Count : _copied.SequenceEqual(_commits) && trailer.Commits == _commits.Count;
        if (!areListed || !areCopied || trailer.LastCommit != (_copied.Count == 0 ? 0 : _last) || trailer.LastHash != _hash || trailer.Blocks != _blocks.Count)
        {
            found.Add(Name, trailer.FooterOffset, "the footer does not repeat what the segment holds");
        }
    }

    private static ContentId Digest(SegmentFile file, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var window = new byte[DigestWindow];
        for (long at = 0; at < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = file.Read(window.AsSpan(0, (int)Math.Min(window.Length, length - at)), at);
            if (read == 0)
            {
                break;
            }

            hash.AppendData(window, 0, read);
            at += read;
        }

        return new ContentId(hash.GetHashAndReset());
    }

    /// <summary>Names the messages that need an entry of this segment which is not where the catalog has it.</summary>
    private void CompareWithCatalog()
    {
        var named = new HashSet<long>();
        foreach (var entry in catalog.ReadEntries(state.Id))
        {
            var (offset, index) = (entry.Location.BlockOffset, entry.Location.Index);
            if (offset >= _beingWritten || (_blocks.TryGetValue(offset, out var entries) && index < entries.Count && entries[index].Key == entry.Key))
            {
                continue;
            }

            if (_isWhole && state.Header is not null)
            {
                found.Add(Name, offset, "the catalog has an entry here that the segment does not hold");
            }

            if (named.Add(offset))
            {
                found.AddMessages(catalog.ReadMessagesOfBlock(state.Id, offset), $"its block in {Name} at offset {offset} does not verify");
            }
        }
    }
}
