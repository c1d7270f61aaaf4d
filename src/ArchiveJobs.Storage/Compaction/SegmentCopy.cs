using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Verification;
using ArchiveJobs.Storage.Writing;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>A replacement, sealed, durable and read back.</summary>
/// <param name="Places">Of its entries.</param>
internal sealed record CopiedSegment(SegmentSealedFact Sealed, long Bytes, IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> Places);

/// <summary>Copies the live entries and all commits of some segments into a new one. Beside the writer; memory: the places of one segment and a few blocks.</summary>
/// <param name="directory">Of the segments.</param>
internal sealed class SegmentCopy(string directory, StoreDescriptor store, CatalogReader catalog, IFileSystem files, TimeProvider time)
{
    private readonly BlockBuilder _block = new();
    private readonly List<KeyValuePair<EntryKey, EntryLocation>> _places = [];

    /// <summary>Runs once.</summary>
    /// <param name="advanced">Told of each source that is copied.</param>
    /// <exception cref="DamagedSourceException">A source does not verify.</exception>
    /// <exception cref="IOException">The new file cannot be written, or reads back as something else.</exception>
    public CopiedSegment Run(IReadOnlyList<SegmentState> sources, ClaimedSegment target, Action<SegmentState> advanced, CancellationToken cancellationToken)
    {
        using var compressor = Compressors.Create();
        var header = new SegmentHeader(
            store.Id, store.Incarnation, target.Id, store.Keys.LatestVersion, 0, default, time.GetUtcNow().ToUnixTimeMilliseconds(), IsCompacted: true);
        using var writer = SegmentWriter.Begin(files, directory, target.File, header, store.Keys, compressor);
        foreach (var source in sources)
        {
            CopyEntries(source, writer, compressor, cancellationToken);
            advanced(source);
        }

        Flush(writer);
        var digest = CopyCommits(sources, writer, compressor);
        cancellationToken.ThrowIfCancellationRequested();
        return new CopiedSegment(new SegmentSealedFact(target.Id, digest), ReadBack(target.Id, digest, compressor, cancellationToken), _places);
    }

    private void CopyEntries(SegmentState source, SegmentWriter writer, ICompressor compressor, CancellationToken cancellationToken)
    {
        using var file = SegmentFile.Open(source.Path, store.Keys);
        DecodedBlock? block = null;
        long at = -1;
        foreach (var entry in catalog.ReadEntries(source.Id).Where(entry => entry.IsLive))
        {
            if (entry.Location.BlockOffset != at)
            {
                cancellationToken.ThrowIfCancellationRequested();
                at = entry.Location.BlockOffset;
                block = ReadBlock(file, source.Id, at, compressor);
            }

            var index = entry.Location.Index;
            if (index >= block!.Entries.Count || block.Entries[index].Key != entry.Key)
            {
                throw new DamagedSourceException(source.Id, at, "another entry lies where the catalog says");
            }

            var content = block.Content(index).Span;
            if (!_block.HasRoomFor(content.Length))
            {
                Flush(writer);
            }

            _block.Add(entry.Key, block.Entries[index].Envelope, content);
        }
    }

    private static DecodedBlock ReadBlock(SegmentFile file, SegmentId segment, long offset, ICompressor compressor)
    {
        if (file.ReadRecord(offset, compressor, out var header, out var reason) is not { } plain || header.Type != RecordType.Data)
        {
            throw new DamagedSourceException(segment, offset, reason.Length > 0 ? reason : "no block of entries here");
        }

        try
        {
            return new DecodedBlock(plain);
        }
        catch (InvalidDataException e)
        {
            throw new DamagedSourceException(segment, offset, e.Message);
        }
    }

    private void Flush(SegmentWriter writer)
    {
        if (_block.IsEmpty)
        {
            return;
        }

        var offset = writer.AppendBlock(_block, 0);
        for (var i = 0; i < _block.Directory.Count; i++)
        {
            _places.Add(new(_block.Directory[i].Key, new EntryLocation(writer.Segment, offset, i)));
        }

        _block.Clear();
    }

    private ContentId CopyCommits(IReadOnlyList<SegmentState> sources, SegmentWriter writer, ICompressor compressor)
    {
        var open = new List<IDisposable>();
        try
        {
            var ranges = new List<(CommitRange Range, SourceCommits Commits)>();
            foreach (var source in sources)
            {
                var file = SegmentFile.Open(source.Path, store.Keys);
                open.Add(file);
                var commits = new SourceCommits(file, source, compressor);
                open.Add(commits);
                ranges.AddRange(commits.ReadRanges().Select(range => (range, commits)));
            }

            var ordered = ranges.OrderBy(range => range.Range.First).ThenBy(range => range.Range.Segment).ToList();
            return writer.SealCompacted([.. ordered.Select(range => range.Range)], ordered.SelectMany(range => range.Commits.Read(range.Range)));
        }
        finally
        {
            open.ForEach(one => one.Dispose());
        }
    }

    /// <summary>Every byte as the disk gives it back.</summary>
    /// <returns>Its length.</returns>
    private long ReadBack(SegmentId segment, ContentId digest, ICompressor compressor, CancellationToken cancellationToken)
    {
        var state = SegmentList.ReadOne(directory, segment, store);
        var found = new DamageList();
        new SegmentCheck(state, store, catalog, compressor, found).Run(0, cancellationToken);
        return found.Damages.Count == 0 && state.Trailer?.Sha256 == digest
            ? state.Length
            : throw new IOException($"{segment.FileName} reads back as something else than was written: {(found.Damages.Count > 0 ? found.Damages[0].What : "no trailer")}");
    }
}
