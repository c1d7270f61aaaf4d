using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Jobs.Backups;

/// <summary>Paths of backup directories as arguments have them.</summary>
internal static class BackupPath
{
    /// <exception cref="ArchiveException">Not absolute (Refused): a host has another current directory than who asks.</exception>
    public static string Check(string path) => Path.IsPathFullyQualified(path)
        ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))
        : throw Refused(path, $"{path} is not an absolute path.");

    /// <exception cref="ArchiveException">It lies in what is backed up, or that in it (Refused): both would be lost together.</exception>
    public static void CheckApart(string path, string dataDirectory, IEnumerable<StoreLocation> stores)
    {
        foreach (var used in stores.Select(store => store.Path).Append(dataDirectory).Select(Path.GetFullPath))
        {
            if (IsIn(path, used) || IsIn(used, path))
            {
                throw Refused(path, $"{path} and {used} lie in each other. A backup belongs on another disk.");
            }
        }
    }

    private static bool IsIn(string path, string folder) =>
        (path + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static ArchiveException Refused(string path, string reason) => new(
        new Situation(SituationKeys.BackupRefused, ErrorClass.Refused) { ServerWords = reason }.With("path", path), reason);
}
