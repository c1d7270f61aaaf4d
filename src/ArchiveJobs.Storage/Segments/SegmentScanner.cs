using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>Reads one open segment from front to end and tells a torn tail from damage: behind damage a later commit verifies, behind a torn tail none does.</summary>
internal static class SegmentScanner
{
    public static SegmentScan Scan(SegmentFile file, ICompressor compressor)
    {
        var codec = new CommitCodec();
        var blocks = new List<ScannedBlock>();
        var commits = new List<ScannedCommit>();
        var suspects = new List<Damage>();
        var damages = new List<Damage>();
        long good = SegmentHeader.Bytes;
        using var records = new RecordScanner(file, compressor, file.Length);
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
                        commits.Add(new ScannedCommit(codec.Read(records.Plain.Span), records.Plain.ToArray()));
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

        return new SegmentScan(file.Header, file.Length, good, blocks, commits, damages);
    }
}
