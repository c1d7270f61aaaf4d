using ArchiveJobs.Core;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Store;

namespace ArchiveJobs.Storage.Backup;

/// <summary>Makes one generation. The order is what a crash at any point relies on: files, then the manifest that names them, then what it no longer needs.</summary>
internal sealed class BackupMaker(InstallationKey key, RecoveryCodes codes, IArchiveStores stores, IFileSystem files, TimeProvider time)
{
    public async Task<BackupReport> RunAsync(BackupRequest request, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var slot = codes.ReadFile() ?? throw BackupFailure.NoCode();
        try
        {
            var target = BackupDirectory.OpenOrBegin(request.Path, request.IsKnown, key, files, time);
            using var held = target.TakeLock();
            target.RemoveUnfinished();
            var work = new BackupWork(request, target, key, files, progress);
            var pinned = new List<IDisposable>();
            try
            {
                await PlanAsync(work, request.Stores, pinned, cancellationToken);
                return await Task.Run(() => work.Run(slot, time.GetUtcNow(), cancellationToken), cancellationToken);
            }
            finally
            {
                pinned.ForEach(pin => pin.Dispose());
            }
        }
        catch (IOException e) when (StoreFailure.IsFull(e))
        {
            RemoveUnfinished(request.Path);
            throw BackupFailure.Full(request.Path, 0, FreeBytes(request.Path), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BackupFailure.Unreachable(request.Path, request.IsKnown, e);
        }
    }

    private async Task PlanAsync(BackupWork work, IReadOnlyList<StoreLocation> locations, List<IDisposable> pinned, CancellationToken cancellationToken)
    {
        foreach (var location in locations)
        {
            try
            {
                var store = (ArchiveStore)await stores.OpenAsync(location, cancellationToken);

                // Pinned before it is listed: what is listed stays until the manifest is written.
                var pin = store.PinSegments();
                pinned.Add(pin);
                work.Add(await StorePlan.MakeAsync(store, pin, cancellationToken));
            }
            catch (ArchiveException e) when (e.Situation.Class is ErrorClass.StoreOffline or ErrorClass.StoreCorrupt)
            {
                // Its drive is away, or not even its keys can be read: it stays in the backup as an earlier generation has it.
                work.AddUnreadable(location, e.Message);
            }
        }
    }

    /// <summary>Gives the room of half-written files back at once; the next backup would do it as well.</summary>
    private static void RemoveUnfinished(string path)
    {
        try
        {
            BackupDirectory.Open(path).RemoveUnfinished();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArchiveException)
        {
            // What ended the backup is told; this is not worth hiding it.
        }
    }

    private long FreeBytes(string path)
    {
        try
        {
            return files.FreeBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }
}
