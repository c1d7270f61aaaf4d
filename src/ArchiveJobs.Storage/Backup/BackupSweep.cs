using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <summary>After a complete backup: removes generations that are not kept, then files that no manifest names.</summary>
internal sealed class BackupSweep(BackupDirectory target, InstallationKey key)
{
    /// <param name="keep">Null for all.</param>
    /// <returns>Generations removed.</returns>
    public int Run(int? keep, IWorkProgress progress)
    {
        var generations = target.ReadGenerations();
        var manifests = generations.Select(number => target.TryRead(number, key)).ToList();
        if (manifests.Any(manifest => manifest is null))
        {
            progress.Log(WorkLogLevel.Warning, "a manifest of an earlier backup cannot be read; nothing is removed");
            return 0;
        }

        var kept = manifests.OfType<BackupManifest>().Skip(keep is { } count ? Math.Max(0, manifests.Count - Math.Max(1, count)) : 0).ToList();
        var gone = generations.Except(kept.Select(manifest => manifest.Generation)).ToList();
        foreach (var generation in gone)
        {
            // The manifest first: what it named may then be missing.
            File.Delete(BackupPaths.In(target.Root, BackupPaths.ManifestOf(generation)));
        }

        RemoveUnnamed(kept.SelectMany(manifest => manifest.Files).Select(file => file.Path).ToHashSet(StringComparer.Ordinal));
        return gone.Count;
    }

    private void RemoveUnnamed(HashSet<string> named)
    {
        foreach (var folder in new[] { BackupPaths.Segments, BackupPaths.Generations })
        {
            var root = Path.Combine(target.Root, folder);
            foreach (var file in Directory.Exists(root) ? Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToList() : [])
            {
                if (!named.Contains(Path.GetRelativePath(target.Root, file).Replace(Path.DirectorySeparatorChar, '/')))
                {
                    Remove(file);
                }
            }
        }

        RemoveEmptyFolders(Path.Combine(target.Root, BackupPaths.Generations));
    }

    private static void RemoveEmptyFolders(string root)
    {
        foreach (var folder in Directory.Exists(root) ? Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).ToList() : [])
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    private static void Remove(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            File.SetAttributes(file, FileAttributes.Normal);   // There a file without write permission cannot be deleted.
        }

        File.Delete(file);
    }
}
