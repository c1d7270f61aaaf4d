using System.Globalization;

namespace ArchiveJobs.Storage.Segments;

/// <summary>Store epoch and number within it; ordered by both. The file is named "{epoch:8}-{number:8}.dat", decimal with leading zeros.</summary>
internal readonly record struct SegmentId(uint Epoch, uint Number) : IComparable<SegmentId>
{
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Epoch:D8}-{Number:D8}.dat");

    /// <summary>Both numbers in one, in the same order.</summary>
    public long Ordinal => (long)(((ulong)Epoch << 32) | Number);

    public static SegmentId FromOrdinal(long ordinal) => new((uint)((ulong)ordinal >> 32), (uint)ordinal);

    /// <summary>Null when the name is none of a segment.</summary>
    public static SegmentId? Parse(string fileName) =>
        fileName.Length > 17
        && uint.TryParse(fileName.AsSpan(0, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
        && uint.TryParse(fileName.AsSpan(9, 8), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && new SegmentId(epoch, number) is var id && id.FileName == fileName
            ? id
            : null;

    public int CompareTo(SegmentId other) => Ordinal.CompareTo(other.Ordinal);

    public static bool operator <(SegmentId left, SegmentId right) => left.CompareTo(right) < 0;
    public static bool operator >(SegmentId left, SegmentId right) => left.CompareTo(right) > 0;
    public static bool operator <=(SegmentId left, SegmentId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(SegmentId left, SegmentId right) => left.CompareTo(right) >= 0;
}
