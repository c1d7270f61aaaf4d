using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Segments;

/// <summary>Reads one segment from front to end and tells a torn tail from damage: behind damage a later commit verifies, behind a torn tail none does.</summary>
internal static class SegmentScanner
{
    public static SegmentScan Scan(SegmentFile file, StoreKeys keys, ICompressor compressor)
    {
        var trailer = file.ReadTrailer(keys);
        var codec = new CommitCodec();
        var blocks = new List<ScannedBlock>();
        var commits = new List<ScannedCommit>();
        var suspects = new List<Damage>();
        var damages = new List<Damage>();
        long good = SegmentHeader.Bytes;
        using var records = new RecordScanner(file, compressor, trailer?.FooterOffset ?? file.Length);
        while (records.MoveNext())
        {
            if (records.State != RecordState.Good)
            {
                suspects.Add(new Damage(file.Name, records.Offset, records.State == RecordState.Gap ? "no record here" : "the record does not verify"));
                continue;
            }

            try
            {
                switch (records.Header.Type)
                {
                    case RecordType.Data:
                        var entries = new List<BlockEntry>();
                        BlockDirectory.Read(records.Plain.Span, entries);
                        blocks.Add(new ScannedBlock(records.Offset, records.Header.Commit, entries));
                        break;
                    case RecordType.Commit:
                        commits.Add(new ScannedCommit(records.Offset, codec.Read(records.Plain.Span), records.Plain.ToArray()));
                        good = records.Offset + records.Length;

                        // A commit that verifies behind them: what does not verify before was durable once.
                        damages.AddRange(suspects);
                        suspects.Clear();
                        break;
                }
            }
            catch (InvalidDataException e)
            {
                suspects.Add(new Damage(file.Name, records.Offset, e.Message));
            }
        }

        if (trailer is not null)
        {
            damages.AddRange(suspects);
            commits = WithCopies(file, trailer, compressor, commits);
            good = trailer.FooterOffset;
        }

        return new SegmentScan(file.Name, file.Header, file.Length, good, trailer, blocks, commits, damages);
    }

    /// <summary>Commits whose own record is damaged are taken from the footer.</summary>
    private static List<ScannedCommit> WithCopies(SegmentFile file, SegmentTrailer trailer, ICompressor compressor, List<ScannedCommit> commits)
    {
        if (commits.Count == trailer.Commits)
        {
            return commits;
        }

        var byNumber = commits.ToDictionary(commit => commit.Chained.Commit.Number);
        var codec = new CommitCodec();
        using var records = new RecordScanner(file, compressor, trailer.Length, trailer.FooterOffset);
        while (records.MoveNext())
        {
            if (records.State != RecordState.Good || records.Header.Type != RecordType.CommitCopy)
            {
                continue;
            }

            foreach (var bytes in SplitCopies(records.Plain))
            {
                var chained = codec.Read(bytes.Span);
                byNumber.TryAdd(chained.Commit.Number, new ScannedCommit(-1, chained, bytes.ToArray()));
            }
        }

        return [.. byNumber.OrderBy(entry => entry.Key).Select(entry => entry.Value)];
    }

    private static List<ReadOnlyMemory<byte>> SplitCopies(ReadOnlyMemory<byte> plain)
    {
        var copies = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at + sizeof(int) <= plain.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(plain.Span[at..]);
            at += sizeof(int);
            if (length < 0 || length > plain.Length - at)
            {
                break;
            }

            copies.Add(plain.Slice(at, length));
            at += length;
        }

        return copies;
    }
}
