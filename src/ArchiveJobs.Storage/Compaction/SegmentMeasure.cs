using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>How much of a sealed segment is needed.</summary>
/// <param name="Entries">In its blocks, needed or not.</param>
/// <param name="EntryBytes">Of these, before compression.</param>
/// <param name="LiveBytes">Of those that the catalog has here and a held message needs.</param>
internal sealed record SegmentMeasure(SegmentState State, long Entries, long EntryBytes, long LiveBytes)
{
    /// <summary>0 for a segment without entries: rewriting it would give nothing back.</summary>
    public double DeadShare => EntryBytes == 0 ? 0 : 1 - ((double)LiveBytes / EntryBytes);

    /// <summary>About what its part of a replacement takes: the live share of its blocks, and a footer with all its commits.</summary>
    public long EstimatedBytes
    {
        get
        {
            var footer = State.Length - State.Trailer!.FooterOffset;
            return footer + (long)((State.Trailer.FooterOffset - SegmentHeader.Bytes) * (1 - DeadShare));
        }
    }

    /// <summary>Compares the directories in the footer with the catalog. Memory: the directories of one segment.</summary>
    /// <exception cref="DamagedSourceException">The footer does not tell all of them.</exception>
    public static SegmentMeasure Take(SegmentState state, StoreKeys keys, CatalogReader catalog, ICompressor compressor)
    {
        var blocks = ReadDirectories(state, keys, compressor);
        long live = 0;
        foreach (var entry in catalog.ReadEntries(state.Id).Where(entry => entry.IsLive))
        {
            if (!blocks.TryGetValue(entry.Location.BlockOffset, out var lengths) || entry.Location.Index >= lengths.Length)
            {
                throw new DamagedSourceException(state.Id, entry.Location.BlockOffset, "the catalog has an entry here that the footer does not list");
            }

            live += lengths[entry.Location.Index];
        }

        return new SegmentMeasure(state, blocks.Values.Sum(lengths => lengths.LongLength), blocks.Values.Sum(lengths => lengths.Sum(length => (long)length)), live);
    }

    private static Dictionary<long, int[]> ReadDirectories(SegmentState state, StoreKeys keys, ICompressor compressor)
    {
        var blocks = new Dictionary<long, int[]>();
        var entries = new List<BlockEntry>();
        using var file = SegmentFile.Open(state.Path, keys);
        using var records = new RecordScanner(file, compressor, state.RecordsEnd, state.Trailer!.FooterOffset);
        while (records.MoveNext() && records is not { State: RecordState.Good, Header.Type: RecordType.CommitCopy })
        {
            if (records.State == RecordState.Good && records.Header.Type == RecordType.Directory)
            {
                var from = new ByteReader(records.Plain.Span);
                while (from.Left > 0)
                {
                    var offset = from.Int64();
                    BlockDirectory.Read(ref from, entries);
                    blocks[offset] = [.. entries.Select(entry => entry.Length)];
                }
            }
        }

        return blocks.Count == state.Trailer.Blocks ? blocks : throw new DamagedSourceException(state.Id, state.Trailer.FooterOffset, "the footer does not list all blocks");
    }
}
