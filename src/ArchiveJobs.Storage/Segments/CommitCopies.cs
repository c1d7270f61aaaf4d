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
}
