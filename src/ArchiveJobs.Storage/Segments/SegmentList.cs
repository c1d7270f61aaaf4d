using System.Globalization;

namespace ArchiveJobs.Storage.Segments;

/// <summary>A segment file as far as its header and trailer tell.</summary>
/// <param name="Header">Null when it does not verify or belongs to another store, incarnation or name.</param>
/// <param name="Trailer">Null when the file is not sealed, or its trailer does not verify.</param>
/// <param name="LooksSealed">It has no write permission, or ends like a sealed one.</param>
/// <param name="LastValidCommit">Commits above are void: a later segment continues from here. <see cref="long.MaxValue"/> when none does.</param>
internal sealed record SegmentState(SegmentId Id, string Path, SegmentHeader? Header, SegmentTrailer? Trailer, long Length, bool LooksSealed, long LastValidCommit)
{
    /// <summary>Where records end.</summary>
    public long RecordsEnd => Trailer is not null || LooksSealed ? Math.Max(SegmentHeader.Bytes, Length - SegmentTrailer.Bytes) : Length;
}

/// <summary>The segments of a store in their order.</summary>
internal static class SegmentList
{
    /// <summary>Reads header and trailer of every segment; files with other names are not looked at.</summary>
    public static IReadOnlyList<SegmentState> Read(string directory, StoreDescriptor store)
    {
        var states = new List<SegmentState>();
        foreach (var path in Directory.EnumerateFiles(directory, "*.dat"))
        {
            if (TryParse(Path.GetFileName(path), out var id))
            {
                states.Add(Read(path, id, store));
            }
        }

        states.Sort((a, b) => a.Id.CompareTo(b.Id));
        return WithBounds(states);
    }

    public static bool TryParse(string fileName, out SegmentId id)
    {
        id = default;
        if (fileName.Length < 17 || fileName[8] != '-'
            || !uint.TryParse(fileName.AsSpan(0, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !uint.TryParse(fileName.AsSpan(9, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new SegmentId(epoch, number);
        return id.FileName == fileName;
    }

    private static SegmentState Read(string path, SegmentId id, StoreDescriptor store)
    {
        using var file = SegmentFile.Open(path, store.Keys);
        var header = file.Header is { } h && h.Segment == id && h.Store == store.Id && h.Incarnation == store.Incarnation && store.Keys.Has(h.KeyVersion) ? h : null;
        var trailer = header is null ? null : file.ReadTrailer(store.Keys);
        var length = file.Length;
        var end = new byte[SegmentTrailer.Bytes];
        var looksSealed = trailer is not null || IsReadOnly(path)
            || (length > SegmentHeader.Bytes + end.Length && file.Read(end, length - end.Length) == end.Length && SegmentTrailer.LooksLike(end));
        return new SegmentState(id, path, header, trailer, length, looksSealed, long.MaxValue);
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
