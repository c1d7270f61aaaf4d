using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <param name="Backup">Path of the backup directory.</param>
/// <param name="Id">Another for every restore that is begun; the same when it goes on.</param>
public sealed record UnfinishedRestore(string Backup, int Generation, Guid Id)
{
    public bool IsOf(string backup, int generation) => Backup == backup && Generation == generation;
}

/// <summary>
/// The first step of a restore, before anything of an installation is there to run it: keys and master database out of a backup, with nothing but the
/// recovery code. The stores follow as a run of the restored installation.
/// </summary>
public static class InstallationRestore
{
    private const string Marker = "restore.json";
    private const string MasterDatabase = "master.db";

    // Says where the database is, and so may be there before the installation.
    private const string Settings = "archivejobs.json";

    private static readonly string[] Shared = ["keys", "stores"];

    /// <summary>What a restore into this data directory has begun and not finished; null when there is none.</summary>
    public static UnfinishedRestore? ReadUnfinished(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, Marker);
        return File.Exists(path) ? JsonSerializer.Deserialize<UnfinishedRestore>(File.ReadAllBytes(path)) : null;
    }

    public static void Finish(string dataDirectory) => File.Delete(Path.Combine(dataDirectory, Marker));

    /// <summary>
    /// Unpacks keys and master database into a data directory that is missing or empty but for archivejobs.json, or goes on with a restore of the same backup that died.
    /// </summary>
    /// <param name="generation">Null for the latest.</param>
    /// <param name="recoveryCode">As it was typed.</param>
    /// <param name="keyHome">Gets keys/, and later stores/ beside it: the data directory, or the one that several hosts share, which has neither yet.</param>
    /// <param name="knownMigrations">Of the master database; a backup with a later one is refused.</param>
    /// <returns>The restore that is under way from here on; the master database is master.db in the data directory.</returns>
    /// <exception cref="ArchiveException">
    /// A directory is not empty (Refused), there is no backup (Configuration), the code does not fit (Configuration), the backup is a newer version's (Refused)
    /// or damaged (Configuration). Nothing was written then.
    /// </exception>
    public static UnfinishedRestore Begin(
        string backup, int? generation, string recoveryCode, string dataDirectory, string keyHome, IReadOnlyCollection<string> knownMigrations)
    {
        var begun = ReadUnfinished(dataDirectory);
        if (begun is null)
        {
            CheckEmpty(dataDirectory, keyHome);
        }

        var directory = BackupDirectory.Open(backup);
        var manifest = directory.Read(generation ?? (begun?.Backup == backup ? begun.Generation : null), null);
        var (key, slot) = OpenSlot(directory, manifest, recoveryCode);
        Check(directory, manifest, key, knownMigrations);
        if (begun is not null && !begun.IsOf(backup, manifest.Generation))
        {
            throw BackupFailure.Refused(dataDirectory, $"A restore of {begun.Backup}, generation {begun.Generation}, has been begun in {dataDirectory}. Go on with that one, or choose another directory: --data DIR");
        }

        var restore = begun ?? new UnfinishedRestore(directory.Root, manifest.Generation, Guid.NewGuid());
        if (begun is null || !File.Exists(Path.Combine(dataDirectory, MasterDatabase)))
        {
            Unpack(directory, manifest, restore, key, slot, dataDirectory, keyHome, RealFileSystem.Instance);
        }

        return restore;
    }

    private static void CheckEmpty(string dataDirectory, string keyHome)
    {
        if (Directory.Exists(dataDirectory) && Directory.EnumerateFileSystemEntries(dataDirectory).Any(entry => Path.GetFileName(entry) != Settings))
        {
            throw BackupFailure.Refused(dataDirectory, $"{dataDirectory} is not empty: a backup is restored into an empty or missing directory only. Choose another: --data DIR");
        }

        foreach (var folder in Shared.Select(name => Path.Combine(keyHome, name)).Where(Directory.Exists))
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any())
            {
                throw BackupFailure.Refused(keyHome, $"{folder} is not empty: a backup is restored where no installation is yet. Let ARCHIVEJOBS_SHARED name another directory.");
            }
        }
    }

    private static (InstallationKey Key, byte[] Slot) OpenSlot(BackupDirectory directory, BackupManifest manifest, string code)
    {
        if (RecoveryCode.Read(code) is null)
        {
            throw BackupFailure.CodeWrong(directory.Root, manifest.CreatedAt, isMistyped: true);
        }

        var path = BackupPaths.SlotOf(manifest.Generation);
        try
        {
            var bytes = File.ReadAllBytes(BackupPaths.In(directory.Root, path));
            var slot = RecoverySlot.Parse(bytes) ?? throw BackupFailure.Bad(directory.Root, manifest.CreatedAt, path, "it is no slot of this version, or was changed");
            return slot.Open(code) is { } key ? (key, bytes) : throw BackupFailure.CodeWrong(directory.Root, manifest.CreatedAt, isMistyped: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BackupFailure.Bad(directory.Root, manifest.CreatedAt, path, e.Message);
        }
    }

    private static void Check(BackupDirectory directory, BackupManifest manifest, InstallationKey key, IReadOnlyCollection<string> knownMigrations)
    {
        if (directory.TryRead(manifest.Generation, key) is null)
        {
            throw BackupFailure.Bad(directory.Root, manifest.CreatedAt, BackupPaths.ManifestOf(manifest.Generation), "it was changed after it was written");
        }

        if (!knownMigrations.Contains(manifest.Database))
        {
            throw BackupFailure.Newer(directory.Root, $"version {manifest.Program}, database {manifest.Database}");
        }

        try
        {
            using var sealedFile = File.OpenRead(BackupPaths.In(directory.Root, BackupPaths.MasterOf(manifest.Generation)));
            SealedFile.Decrypt(sealedFile, Stream.Null, key);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw BackupFailure.Bad(directory.Root, manifest.CreatedAt, BackupPaths.MasterOf(manifest.Generation), e.Message);
        }
    }

    private static void Unpack(
        BackupDirectory directory, BackupManifest manifest, UnfinishedRestore restore, InstallationKey key, byte[] slot, string dataDirectory, string keyHome, RealFileSystem files)
    {
        try
        {
            BackupDirectory.MakeDirectory(dataDirectory, files);
            BackupDirectory.MakeDirectory(keyHome, files);

            // The marker first: whatever lies here from now on is a restore that may be begun again.
            files.ReplaceFile(Path.Combine(dataDirectory, Marker), JsonSerializer.SerializeToUtf8Bytes(restore));
            key.WriteKeyFile(keyHome, files);
            var slotPath = Path.Combine(keyHome, "keys", RecoverySlot.FileName);
            files.ReplaceFile(slotPath, Confirmed(slot, manifest));
            PrivateDirectory.Protect(slotPath);
            UnpackMaster(directory, manifest, key, Path.Combine(dataDirectory, MasterDatabase), files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, new StoreName(0, dataDirectory));
        }
    }

    /// <summary>Whoever restored with a code has it.</summary>
    private static byte[] Confirmed(byte[] slot, BackupManifest manifest)
    {
        var parsed = RecoverySlot.Parse(slot)!;
        return (parsed with { ConfirmedAt = parsed.ConfirmedAt ?? manifest.CreatedAt }).ToBytes();
    }

    private static void UnpackMaster(BackupDirectory directory, BackupManifest manifest, InstallationKey key, string path, RealFileSystem files)
    {
        var temporary = path + BackupPaths.Unfinished;
        File.Delete(temporary);
        var copy = new FileCopy(files);
        using (var sealedFile = File.OpenRead(BackupPaths.In(directory.Root, BackupPaths.MasterOf(manifest.Generation))))
        {
            copy.WriteUnfinished(temporary, plain => SealedFile.Decrypt(sealedFile, plain, key), CancellationToken.None);
        }

        PrivateDirectory.Protect(temporary);
        copy.Name(temporary, path);
    }
}
