namespace ArchiveJobs.Storage.Segments;

/// <summary>A segment file as far as its header and trailer tell.</summary>
/// <param name="Header">Null when it does not verify or belongs to another store, incarnation or name.</param>
/// <param name="Trailer">Null when the file is not sealed, or its trailer does not verify.</param>
/// <param name="IsReadOnly">It was sealed: its write permission was taken away. When its trailer does not verify, that is damage and not an open segment.</param>
/// <param name="LooksSealed">It has no write permission, or ends like a sealed one.</param>
/// <param name="LastValidCommit">Commits above are void: a later segment continues from here. <see cref="long.MaxValue"/> when none does.</param>
internal sealed record SegmentState(
    SegmentId Id, string Path, SegmentHeader? Header, SegmentTrailer? Trailer, long Length, bool IsReadOnly, bool LooksSealed, long LastValidCommit)
{
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
        WithBounds([.. files.Select(file => Read(file.Path, file.Id, store))]);

    public static IEnumerable<LocatedSegment> Locate(string directory) => ReadNames(directory).Select(id => new LocatedSegment(id, Path.Combine(directory, id.FileName)));

    private static SegmentState Read(string path, SegmentId id, StoreDescriptor store)
    {
        using var file = SegmentFile.Open(path, store.Keys);
        var header = file.Header is { } h && h.Segment == id && store.Owns(h) ? h : null;
        var trailer = header is null ? null : file.ReadTrailer(store.Keys);
        var length = file.Length;
        var end = new byte[SegmentTrailer.Bytes];
        var isReadOnly = IsReadOnly(path);
        var looksSealed = trailer is not null || isReadOnly
            || (length > SegmentHeader.Bytes + end.Length && file.Read(end, length - end.Length) == end.Length && SegmentTrailer.LooksLike(end));
        return new SegmentState(id, path, header, trailer, length, isReadOnly, looksSealed, long.MaxValue);
    }

    private static List<SegmentState> WithBounds(List<SegmentState> states)
    {
        var bound = long.MaxValue;
        for (var i = states.Count - 1; i >= 0; i--)
        {
            states[i] = states[i] with { LastValidCommit = bound };
            bound = Math.Min(bound, states[i].Header?.AfterCommit ?? bound);
        }

        return states;
    }

    private static bool IsReadOnly(string path) => OperatingSystem.IsWindows()
        ? File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)
        : (File.GetUnixFileMode(path) & UnixFileMode.UserWrite) == 0;
}
