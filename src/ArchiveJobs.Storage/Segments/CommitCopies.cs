using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>The footer's second copy of commits: length and octets, one after the other; docs/formats/segment.md, "Footer".</summary>
internal static class CommitCopies
{
    /// <exception cref="InvalidDataException">Cut short, or a commit in it does not verify.</exception>
    public static List<ChainedCommit> Read(ReadOnlySpan<byte> plain, CommitCodec codec)
    {
        var commits = new List<ChainedCommit>();
        var from = new ByteReader(plain);
        while (from.Left > 0)
        {
            commits.Add(codec.Read(from.Bytes(from.Int32())));
        }

        return commits;
    }

    /// <summary>
    /// The commits of a sealed segment's footer from one number on, with the octets they have there. Records that do not verify are passed over: their commits are missing.
    /// Memory: one record.
    /// </summary>
    /// <param name="start">Offset of a record of copies to begin with, as an earlier call gave it; 0: the footer's first.</param>
    public static IEnumerable<CopiedCommit> Read(SegmentFile file, SegmentState state, ICompressor compressor, long from, long start = 0)
    {
        if (state.Trailer is not { } trailer)
        {
            yield break;
        }

        var codec = new CommitCodec();
        using var records = new RecordScanner(file, compressor, state.RecordsEnd, start == 0 ? trailer.FooterOffset : start);
        while (records.MoveNext())
        {
            if (records.State != RecordState.Good || records.Header.Type != RecordType.CommitCopy)
            {
                continue;
            }

            var plain = records.Plain;
            for (var at = 0; at < plain.Length;)
            {
                if (!TryRead(plain, ref at, codec, out var octets, out var commit))
                {
                    break;
                }

                if (commit!.Commit.Number >= from)
                {
                    yield return new CopiedCommit(commit, octets, records.Offset);
                }
            }
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> plain, ref int at, CommitCodec codec, out ReadOnlyMemory<byte> octets, out ChainedCommit? commit)
    {
        try
        {
            var reader = new ByteReader(plain.Span[at..]);
            var length = reader.Int32();
            commit = codec.Read(reader.Bytes(length));
            octets = plain.Slice(at + sizeof(int), length);
            at += sizeof(int) + length;
            return true;
        }
        catch (InvalidDataException)
        {
            (octets, commit) = (default, null);
            return false;
        }
    }
}

/// <param name="Octets">The plain body of its record; valid until the next one is read.</param>
/// <param name="Record">Offset of the record of copies it lies in.</param>
internal sealed record CopiedCommit(ChainedCommit Chained, ReadOnlyMemory<byte> Octets, long Record);
