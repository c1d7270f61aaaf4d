using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>A segment file as far as its header and trailer tell.</summary>
/// <param name="Header">Null when it does not verify or belongs to another store, incarnation or name.</param>
/// <param name="Trailer">Null when the file is not sealed, or its trailer does not verify.</param>
/// <param name="IsReadOnly">It was sealed: its write permission was taken away. When its trailer does not verify, that is damage and not an open segment.</param>
/// <param name="LooksSealed">It has no write permission, or ends like a sealed one.</param>
/// <param name="LastValidCommit">Commits above are void: a later segment continues from here. <see cref="long.MaxValue"/> when none does.</param>
/// <param name="Ranges">Of a compacted segment whose footer verifies; empty for any other.</param>
internal sealed record SegmentState(
    SegmentId Id, string Path, SegmentHeader? Header, SegmentTrailer? Trailer, long Length, bool IsReadOnly, bool LooksSealed, long LastValidCommit,
    IReadOnlyList<CommitRange> Ranges)
{
    public bool IsCompacted => Header is { IsCompacted: true };

    /// <summary>Written by the writer: it has a place in the chain. Null for a compacted one and without a header that verifies.</summary>
    public SegmentHeader? LogHeader => Header is { IsCompacted: false } header ? header : null;

    /// <summary>Where records end.</summary>
    public long RecordsEnd => Trailer is not null || LooksSealed ? Math.Max(SegmentHeader.Bytes, Length - SegmentTrailer.Bytes) : Length;
}

/// <summary>Where the file of a segment lies.</summary>
internal readonly record struct LocatedSegment(SegmentId Id, string Path);

/// <summary>The segments of a store in their order: by epoch, then by number. Files with other names are none.</summary>
internal static class SegmentList
{
    public static string DirectoryOf(string store) => Path.Combine(store, "segments");

    /// <param name="directory">Of the segments.</param>
    public static IReadOnlyList<SegmentId> ReadNames(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.dat").Select(path => SegmentId.Parse(Path.GetFileName(path))).OfType<SegmentId>().Order()];

    /// <summary>Reads header and trailer of every segment.</summary>
    public static IReadOnlyList<SegmentState> Read(string directory, StoreDescriptor store) => Read(Locate(directory), store);

    /// <summary>The same for segments that lie elsewhere or under other names.</summary>
    /// <param name="files">In the order of the segments.</param>
    public static IReadOnlyList<SegmentState> Read(IEnumerable<LocatedSegment> files, StoreDescriptor store) =>
        WithBounds([.. files.Select(file => ReadOne(file, store))]);

    public static IEnumerable<LocatedSegment> Locate(string directory) => ReadNames(directory).Select(id => new LocatedSegment(id, Path.Combine(directory, id.FileName)));

    /// <summary>One segment by itself: what later ones void in it is not known.</summary>
    public static SegmentState ReadOne(string directory, SegmentId id, StoreDescriptor store) =>
        ReadOne(new LocatedSegment(id, Path.Combine(directory, id.FileName)), store);

    private static SegmentState ReadOne(LocatedSegment located, StoreDescriptor store)
    {
        var (id, path) = located;
        using var file = SegmentFile.Open(path, store.Keys);
        var header = file.Header is { } h && h.Segment == id && store.Owns(h) ? h : null;
        var trailer = header is null ? null : file.ReadTrailer(store.Keys);
        var length = file.Length;
        var end = new byte[SegmentTrailer.Bytes];
        var isReadOnly = IsReadOnly(path);
        var looksSealed = trailer is not null || isReadOnly
            || (length > SegmentHeader.Bytes + end.Length && file.Read(end, length - end.Length) == end.Length && SegmentTrailer.LooksLike(end));
        var ranges = header is { IsCompacted: true } && trailer is not null ? ReadRanges(file, trailer) : [];
        return new SegmentState(id, path, header, trailer, length, isReadOnly, looksSealed, long.MaxValue, ranges);
    }

    /// <summary>None when they do not verify: then the commits are missing, which is named where they are needed.</summary>
    private static List<CommitRange> ReadRanges(SegmentFile file, SegmentTrailer trailer)
    {
        using var compressor = Compressors.Create();
        var ranges = new List<CommitRange>();
        try
        {
            for (var at = trailer.FooterOffset; file.ReadRecord(at, compressor, out var header, out _) is { } plain && header.Type == RecordType.Ranges; at += header.TotalLength)
            {
                var from = new ByteReader(plain);
                while (from.Left > 0)
                {
                    ranges.Add(CommitRange.Read(ref from));
                }
            }
        }
        catch (InvalidDataException)
        {
            return [];
        }

        return ranges;
    }

    private static List<SegmentState> WithBounds(List<SegmentState> states)
    {
        // Log segments that were replaced fence as they did when they lay in their places.
        var fences = states.Where(state => state.LogHeader is not null).Select(state => (state.Id, After: state.LogHeader!.AfterCommit))
            .Concat(states.SelectMany(state => state.Ranges).Select(range => (Id: range.Segment, After: range.First - 1)))
            .OrderByDescending(fence => fence.Id).ToList();
        var bound = long.MaxValue;
        var next = 0;
        for (var i = states.Count - 1; i >= 0; i--)
        {
            for (; next < fences.Count && fences[next].Id > states[i].Id; next++)
            {
                bound = Math.Min(bound, fences[next].After);
            }

            states[i] = states[i] with { LastValidCommit = states[i].IsCompacted ? long.MaxValue : bound };
        }

        return states;
    }

    private static bool IsReadOnly(string path) => OperatingSystem.IsWindows()
        ? File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)
        : (File.GetUnixFileMode(path) & UnixFileMode.UserWrite) == 0;
}
