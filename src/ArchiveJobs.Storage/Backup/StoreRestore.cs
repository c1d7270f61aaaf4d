using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Backup;

/// <summary>Copies one store out of a backup. STORE comes last: a folder without it is no store, and a restore that died goes on.</summary>
internal sealed class StoreRestore(BackupDirectory backup, BackupManifest manifest, InstallationKey key, IFileSystem files)
{
    private static readonly string[] Directories = ["segments", "tmp", "damaged"];

    private readonly FileCopy _copy = new(files);
    private readonly Dictionary<string, BackupFile> _files = manifest.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);

    public RestoredStore Run(BackupStore store, string directory, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var descriptor = StoreDescriptor.Read(
            BackupPaths.In(backup.Root, BackupPaths.StoreOf(store.AsOf, store.Number)), new StoreName(store.Number, $"store {store.Number}"), key);
        if (StoreDescriptor.ExistsIn(directory))
        {
            // Restored by an earlier try; it may have been written since.
            return new RestoredStore(store.Number, descriptor.Name, store.Commit, store.Hash, store.Segments.Count, store.Segments.Sum(segment => _files[segment.Path].Size), true, []);
        }

        foreach (var folder in Directories)
        {
            BackupDirectory.MakeDirectory(Path.Combine(directory, folder), files);
        }

        var problems = new List<Damage>();
        var (count, bytes) = (0, 0L);
        foreach (var segment in store.Segments)
        {
            if (TryCopy(segment, Path.Combine(SegmentList.DirectoryOf(directory), segment.Name), problems, cancellationToken))
            {
                count++;
                bytes += _files[segment.Path].Size;
                progress.Report("copy", count, store.Segments.Count, bytes);
            }
        }

        var last = store.Segments.Select(segment => SegmentId.Parse(segment.Name)!.Value).DefaultIfEmpty().Max();
        descriptor.WriteCopy(directory, last, key, files);
        return new RestoredStore(store.Number, descriptor.Name, store.Commit, store.Hash, count, bytes, true, problems);
    }

    /// <summary>A segment that is missing or different in the backup is named and left out; the others are worth having.</summary>
    private bool TryCopy(BackupSegment segment, string path, List<Damage> problems, CancellationToken cancellationToken)
    {
        var file = _files[segment.Path];
        if (_copy.Digest(path, file.Size, cancellationToken)?.Whole.ToString() == file.Sha256)
        {
            return true;
        }

        var temporary = path + BackupPaths.Unfinished;
        File.Delete(temporary);
        try
        {
            if (_copy.CopyUnfinished(BackupPaths.In(backup.Root, segment.Path), file.Size, temporary, null, cancellationToken).Whole.ToString() == file.Sha256)
            {
                Name(temporary, path, segment.IsSealed);
                return true;
            }

            problems.Add(new Damage(segment.Path, 0, "its SHA-256 differs"));
        }
        catch (SourceUnreadableException e)
        {
            problems.Add(new Damage(segment.Path, 0, e.Message));
        }

        File.Delete(temporary);
        return false;
    }

    private void Name(string temporary, string path, bool isSealed)
    {
        if (isSealed)
        {
            files.MakeReadOnly(temporary);
        }

        _copy.Name(temporary, path);
    }
}
