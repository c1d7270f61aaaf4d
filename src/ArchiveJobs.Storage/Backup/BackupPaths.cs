using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Backup;

/// <summary>Names inside a backup directory, relative and with '/', as manifests have them; docs/formats/backup.md.</summary>
internal static class BackupPaths
{
    public const string Marker = "BACKUP";
    public const string Lock = "lock";
    public const string Bad = "bad.json";
    public const string Manifests = "manifests";
    public const string Generations = "generations";
    public const string Segments = "segments";
    public const string Unfinished = ".tmp";

    private const int DigestDigits = 16;

    public static string ManifestOf(int generation) => $"{Manifests}/{Number(generation)}.json";

    public static string Of(int generation) => $"{Generations}/{Number(generation)}";

    public static string SlotOf(int generation) => $"{Of(generation)}/{RecoverySlot.FileName}";

    public static string MasterOf(int generation) => $"{Of(generation)}/master.sealed";

    public static string StoreOf(int generation, int store) => string.Create(CultureInfo.InvariantCulture, $"{Of(generation)}/stores/{store}");

    public static string SegmentsOf(int store) => string.Create(CultureInfo.InvariantCulture, $"{Segments}/{store}");

    public static string SegmentOf(int store, SegmentId segment, ContentId digest) =>
        $"{SegmentsOf(store)}/{Path.GetFileNameWithoutExtension(segment.FileName)}-{digest.ToString()[..DigestDigits]}.dat";

    public static string In(string root, string relative) => Path.Combine(root, relative.Replace('/', Path.DirectorySeparatorChar));

    private static string Number(int generation) => generation.ToString("D8", CultureInfo.InvariantCulture);
}
