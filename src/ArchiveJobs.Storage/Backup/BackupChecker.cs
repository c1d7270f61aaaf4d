using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Store;

namespace ArchiveJobs.Storage.Backup;

/// <summary>Reads all that a manifest names, from the disk, and compares. Repairs nothing; notes what is bad for the next backup.</summary>
internal sealed class BackupChecker(InstallationKey key, IFileSystem files, TimeProvider time)
{
    private readonly List<Damage> _bad = [];
    private readonly Dictionary<string, ContentId> _bodies = new(StringComparer.Ordinal);

    public BackupVerification Run(string path, int? generation, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var backup = BackupDirectory.Open(path);
        if (backup.Installation != key.Fingerprint)
        {
            throw BackupFailure.Refused(path, $"{path} holds the backups of another installation; verify it there.");
        }

        var manifest = backup.Read(generation, key);
        var bytes = CheckFiles(backup, manifest, progress, cancellationToken);
        var differing = _bad.Select(damage => damage.File).ToHashSet(StringComparer.Ordinal);
        CheckMaster(backup, manifest, differing);
        foreach (var store in manifest.Stores)
        {
            cancellationToken.ThrowIfCancellationRequested();
            CheckStore(backup, store, differing);
        }

        Note(backup, differing, progress);
        return new BackupVerification(path, manifest.Generation, manifest.CreatedAt, manifest.Files.Count + 1, bytes, manifest.Stores.Count, _bad);
    }

    private long CheckFiles(BackupDirectory backup, BackupManifest manifest, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var copy = new FileCopy(files);
        long bytes = 0, count = 0;
        foreach (var file in manifest.Files)
        {
            var full = BackupPaths.In(backup.Root, file.Path);
            var digest = copy.Digest(full, file.Size, cancellationToken);
            if (digest?.Whole.ToString() != file.Sha256)
            {
                _bad.Add(new Damage(file.Path, 0, WhatIsWrong(full, file, digest is not null)));
            }
            else
            {
                _bodies[file.Path] = digest.Value.Body;
            }

            bytes += file.Size;
            progress.Report("files", ++count, manifest.Files.Count, bytes);
        }

        return bytes;
    }

    private static string WhatIsWrong(string full, BackupFile file, bool isReadable) =>
        !File.Exists(full) ? "it is missing"
        : isReadable ? "its SHA-256 differs"
        : new FileInfo(full).Length is var length && length != file.Size ? $"it has {length} bytes, not {file.Size}"
        : "it cannot be read";

    private void CheckMaster(BackupDirectory backup, BackupManifest manifest, HashSet<string> differing)
    {
        // A carried-over store has files of earlier generations; the master database is always of this one.
        var path = BackupPaths.MasterOf(manifest.Generation);
        if (differing.Contains(path))
        {
            return;
        }

        try
        {
            using var sealedFile = File.OpenRead(BackupPaths.In(backup.Root, path));
            SealedFile.Decrypt(sealedFile, Stream.Null, key);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            _bad.Add(new Damage(path, 0, e.Message));
        }
    }

    /// <summary>Keys, trailers and the chain of commits: what the digests of the files cannot tell.</summary>
    private void CheckStore(BackupDirectory backup, BackupStore store, HashSet<string> differing)
    {
        var folder = BackupPaths.StoreOf(store.AsOf, store.Number);
        if (store.Segments.Any(segment => differing.Contains(segment.Path)))
        {
            return;   // Named already; a chain with a broken link tells nothing more.
        }

        try
        {
            var descriptor = StoreDescriptor.Read(BackupPaths.In(backup.Root, folder), new StoreName(store.Number, folder), key);
            var log = CommitLog.Read(store.Segments.Select(segment => new LocatedSegment(SegmentId.Parse(segment.Name)!.Value, BackupPaths.In(backup.Root, segment.Path))), descriptor);
            _bad.AddRange(log.Damages.Select(damage => damage with { File = PathOf(store, damage.File) }));
            _bad.AddRange(log.Segments.Select(segment => segment.State).Concat(log.Compacted)
                .Where(state => state.Trailer is { } trailer && _bodies[RelativeOf(backup, state.Path)] != trailer.Sha256)
                .Select(state => new Damage(RelativeOf(backup, state.Path), 0, "it was damaged in the store before it was backed up: the digest in its trailer differs")));
            if (log.Damages.Count == 0 && (log.Head.Number != store.Commit || (store.Commit > 0 && log.Head.Hash.ToString() != store.Hash)))
            {
                _bad.Add(new Damage(BackupPaths.SegmentsOf(store.Number), 0, $"its segments end with commit {log.Head.Number}, the manifest says {store.Commit}"));
            }
        }
        catch (ArchiveException e) when (e.Situation.Class is ErrorClass.StoreCorrupt or ErrorClass.StoreOffline)
        {
            _bad.Add(new Damage(folder, 0, e.Message));
        }
    }

    private static string RelativeOf(BackupDirectory backup, string path) => Path.GetRelativePath(backup.Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string PathOf(BackupStore store, string name) => store.Segments.FirstOrDefault(segment => segment.Name == name)?.Path ?? name;

    /// <summary>The next backup copies what differs again. A target that cannot be written is verified all the same.</summary>
    private void Note(BackupDirectory backup, HashSet<string> differing, IWorkProgress progress)
    {
        if (differing.Count == 0)
        {
            return;
        }

        try
        {
            files.ReplaceFile(Path.Combine(backup.Root, BackupPaths.Bad), JsonSerializer.SerializeToUtf8Bytes(differing.Union(backup.ReadBad()).Order(StringComparer.Ordinal)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            progress.Log(WorkLogLevel.Warning, $"{BackupPaths.Bad} cannot be written at {time.GetUtcNow():u}: {e.Message}");
        }
    }
}
