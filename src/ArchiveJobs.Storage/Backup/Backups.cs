using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <summary>The door to backup directories.</summary>
/// <param name="keyHome">Holds keys/, and stores/ beside it.</param>
internal sealed class Backups(string keyHome, InstallationKey key, RecoveryCodes codes, IArchiveStores stores, IFileSystem files, TimeProvider time) : IBackups
{
    public Task<BackupReport> CreateAsync(BackupRequest request, IWorkProgress progress, CancellationToken cancellationToken) =>
        new BackupMaker(key, codes, stores, files, time).RunAsync(request, progress, cancellationToken);

    public Task<BackupVerification> VerifyAsync(string path, int? generation, IWorkProgress progress, CancellationToken cancellationToken) =>
        Guarded(path, () => new BackupChecker(key, files, time).Run(path, generation, progress, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<RestoredStore>> RestoreStoresAsync(
        string path, int generation, string dataDirectory, IWorkProgress progress, CancellationToken cancellationToken) =>
        Guarded(path, () => RestoreStores(path, generation, dataDirectory, progress, cancellationToken), cancellationToken);

    public void FinishRestore(string dataDirectory) => InstallationRestore.Finish(dataDirectory);

    private IReadOnlyList<RestoredStore> RestoreStores(string path, int generation, string dataDirectory, IWorkProgress progress, CancellationToken cancellationToken)
    {
        if (InstallationRestore.ReadUnfinished(dataDirectory)?.IsOf(path, generation) != true)
        {
            throw BackupFailure.Refused(dataDirectory, $"{dataDirectory} is in use: a backup is restored into an empty or missing directory only. Choose another: --data DIR");
        }

        var backup = BackupDirectory.Open(path);
        var manifest = backup.Read(generation, key);
        var restore = new StoreRestore(backup, manifest, key, files);
        CheckRoom(manifest);
        return [.. manifest.Stores.Select(store => Restore(restore, store, Path.Combine(keyHome, "stores", store.Number.ToString(CultureInfo.InvariantCulture)), progress, cancellationToken))];
    }

    private static RestoredStore Restore(StoreRestore restore, BackupStore store, string directory, IWorkProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            return restore.Run(store, directory, progress, cancellationToken);
        }
        catch (ArchiveException e) when (e.Situation.Class is ErrorClass.StoreCorrupt or ErrorClass.StoreOffline)
        {
            var name = $"store {store.Number}";
            return new RestoredStore(store.Number, name, store.Commit, store.Hash, 0, 0, false, [new Damage(BackupPaths.StoreOf(store.AsOf, store.Number), 0, e.Message)]);
        }
    }

    private void CheckRoom(BackupManifest manifest)
    {
        var named = manifest.Stores.SelectMany(store => store.Segments).Select(segment => segment.Path).ToHashSet(StringComparer.Ordinal);
        var need = manifest.Files.Where(file => named.Contains(file.Path)).Sum(file => file.Size);
        var there = Directory.EnumerateFiles(keyHome, "*.dat", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        var free = files.FreeBytes(keyHome);
        if (free < need - there)
        {
            throw StoreFailure.Full(null, new StoreName(0, keyHome), need - there - free);
        }
    }

    private static async Task<T> Guarded<T>(string path, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (IOException e) when (StoreFailure.IsFull(e))
        {
            throw StoreFailure.Full(e, new StoreName(0, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BackupFailure.Unreachable(path, isKnown: false, e);
        }
    }
}
