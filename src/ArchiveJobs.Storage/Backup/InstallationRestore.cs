using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <param name="Backup">Path of the backup directory.</param>
public sealed record UnfinishedRestore(string Backup, int Generation);

/// <summary>
/// The first step of a restore, before anything of an installation is there to run it: keys and master database out of a backup, with nothing but the
/// recovery code. The stores follow as a run of the restored installation.
/// </summary>
public static class InstallationRestore
{
    private const string Marker = "restore.json";
    private const string MasterDatabase = "master.db";

    /// <summary>What a restore into this data directory has begun and not finished; null when there is none.</summary>
    public static UnfinishedRestore? ReadUnfinished(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, Marker);
        return File.Exists(path) ? JsonSerializer.Deserialize<UnfinishedRestore>(File.ReadAllBytes(path)) : null;
    }

    public static void Finish(string dataDirectory) => File.Delete(Path.Combine(dataDirectory, Marker));

    /// <summary>Unpacks keys and master database into a data directory that is missing or empty, or goes on with a restore of the same backup that died.</summary>
    /// <param name="generation">Null for the latest.</param>
    /// <param name="recoveryCode">As it was typed.</param>
    /// <param name="knownMigrations">Of the master database; a backup with a later one is refused.</param>
    /// <returns>The generation that is being restored.</returns>
    /// <exception cref="ArchiveException">
    /// The directory is not empty (Refused), there is no backup (Configuration), the code does not fit (Configuration), the backup is a newer version's (Refused)
    /// or damaged (Configuration). Nothing was written then.
    /// </exception>
    public static int Begin(string backup, int? generation, string recoveryCode, string dataDirectory, IReadOnlyCollection<string> knownMigrations)
    {
        var begun = ReadUnfinished(dataDirectory);
        if (Directory.Exists(dataDirectory) && Directory.EnumerateFileSystemEntries(dataDirectory).Any() && begun is null)
        {
            throw BackupFailure.Refused(dataDirectory, $"{dataDirectory} is not empty: a backup is restored into an empty or missing directory only. Choose another: --data DIR");
        }

        var directory = BackupDirectory.Open(backup);
        var manifest = directory.Read(generation ?? (begun?.Backup == backup ? begun.Generation : null), null);
        var (key, slot) = OpenSlot(directory, manifest, recoveryCode);
        Check(directory, manifest, key, knownMigrations);
        if (begun is not null && begun != new UnfinishedRestore(backup, manifest.Generation))
        {
            throw BackupFailure.Refused(dataDirectory, $"A restore of {begun.Backup}, generation {begun.Generation}, has been begun in {dataDirectory}. Go on with that one, or choose another directory: --data DIR");
        }

        if (begun is null || !File.Exists(Path.Combine(dataDirectory, MasterDatabase)))
        {
            Unpack(directory, manifest, key, slot, dataDirectory, RealFileSystem.Instance);
        }

        return manifest.Generation;
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

    private static void Unpack(BackupDirectory directory, BackupManifest manifest, InstallationKey key, byte[] slot, string dataDirectory, RealFileSystem files)
    {
        try
        {
            BackupDirectory.MakeDirectory(dataDirectory, files);

            // The marker first: whatever lies here from now on is a restore that may be begun again.
            files.ReplaceFile(Path.Combine(dataDirectory, Marker), JsonSerializer.SerializeToUtf8Bytes(new UnfinishedRestore(directory.Root, manifest.Generation)));
            key.WriteKeyFile(dataDirectory, files);
            var slotPath = Path.Combine(dataDirectory, "keys", RecoverySlot.FileName);
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
