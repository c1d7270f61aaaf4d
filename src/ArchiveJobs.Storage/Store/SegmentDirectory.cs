using System.Globalization;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Store;

/// <summary>The segment files of a store by their names.</summary>
internal static class SegmentDirectory
{
    private const int NameLength = 8 + 1 + 8 + 4;

    public static string Of(string store) => Path.Combine(store, "segments");

    /// <summary>All segments, by epoch and number. Files with other names are not segments.</summary>
    public static IReadOnlyList<SegmentId> List(string store) =>
        [.. Directory.EnumerateFiles(Of(store), "*.dat").Select(path => Parse(Path.GetFileName(path))).OfType<SegmentId>().Order()];

    public static string PathOf(string store, SegmentId segment) => Path.Combine(Of(store), segment.FileName);

    /// <summary>It was sealed: its write permission was taken away. When its trailer does not verify, that is damage and not an open segment.</summary>
    public static bool IsClosed(string store, SegmentId segment)
    {
        var path = PathOf(store, segment);
        return OperatingSystem.IsWindows() ? File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly) : (File.GetUnixFileMode(path) & UnixFileMode.UserWrite) == 0;
    }

    public static SegmentId? Parse(string name) =>
        name.Length == NameLength
        && name[8] == '-'
        && uint.TryParse(name.AsSpan(0, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
        && uint.TryParse(name.AsSpan(9, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new SegmentId(epoch, number)
            : null;
}
