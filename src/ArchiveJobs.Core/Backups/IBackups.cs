using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Backups;

/// <summary>Makes, verifies and restores backup directories; docs/formats/backup.md. One backup at a time into one directory.</summary>
public interface IBackups
{
    /// <summary>Makes one more generation. Archiving goes on meanwhile; what is committed before the call is in it.</summary>
    /// <exception cref="ArchiveException">
    /// No recovery code yet (Configuration), no room (StoreFull), the directory belongs to something else (Refused), made by a newer version (Refused),
    /// or it cannot be reached (TransientNetwork when it held a backup before, else Configuration). Generations before are as they were.
    /// </exception>
    Task<BackupReport> CreateAsync(BackupRequest request, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>Reads every file that the manifest names, and compares; then the structure: keys, chain of each store, master database. Changes no file of a generation.</summary>
    /// <param name="generation">Null for the latest.</param>
    /// <exception cref="ArchiveException">There is no backup (Configuration), or it is another installation's or a newer version's (Refused).</exception>
    Task<BackupVerification> VerifyAsync(string path, int? generation, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>
    /// Copies the stores of a generation to where the stores of this installation lie, each as a new incarnation and without catalog; what is there already from an
    /// earlier try is kept. Only where a restore of this generation was begun in <paramref name="dataDirectory"/>: keys and master database come before.
    /// </summary>
    /// <exception cref="ArchiveException">No restore of it was begun here (Refused), or the disk is full (StoreFull).</exception>
    Task<IReadOnlyList<RestoredStore>> RestoreStoresAsync(string path, int generation, string dataDirectory, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>The restore into this data directory is over; another one is refused from here on.</summary>
    void FinishRestore(string dataDirectory);
}

/// <param name="Path">Absolute; made when it is missing and nothing was ever backed up there.</param>
/// <param name="IsKnown">A backup was made there before: a directory without one is then a drive that is not connected, not a place for a new one.</param>
/// <param name="Keep">Generations to keep; older ones are removed once this one is complete. Null for all.</param>
/// <param name="Stores">Stores of the installation, listed after the master database was copied.</param>
/// <param name="MasterCopy">A consistent copy of the master database; encrypted into the backup.</param>
/// <param name="Database">Its last migration.</param>
/// <param name="Program">Version that makes the backup.</param>
public sealed record BackupRequest(
    string Path, bool IsKnown, int? Keep, IReadOnlyList<StoreLocation> Stores, string MasterCopy, string Database, string Program);

/// <param name="BytesCopied">Of segments.</param>
/// <param name="GenerationsRemoved">Older ones that <see cref="BackupRequest.Keep"/> no longer keeps.</param>
public sealed record BackupReport(
    int Generation, long SegmentsCopied, long SegmentsPresent, long BytesCopied, long BytesPresent, int GenerationsRemoved,
    IReadOnlyList<StoreBackup> Stores)
{
    /// <summary>Every store is in it whole, as it stands now.</summary>
    public bool IsWhole => Stores.All(store => store.Problems.Count == 0);
}

/// <param name="Commit">The last commit that is in the backup.</param>
/// <param name="AsOf">Smaller than the generation when the store could not be read and stands as in that earlier one; 0 when it is not in the backup at all.</param>
/// <param name="Problems">What is missing or not as it was written, each naming a file.</param>
public sealed record StoreBackup(StoreLocation Store, long Commit, int AsOf, IReadOnlyList<Damage> Problems);

/// <param name="Path">Of the backup.</param>
/// <param name="Bad">Files that are missing or different, with what is wrong.</param>
public sealed record BackupVerification(string Path, int Generation, DateTimeOffset CreatedAt, long Files, long Bytes, int Stores, IReadOnlyList<Damage> Bad)
{
    public bool IsSound => Bad.Count == 0;
}

/// <param name="Number">Of the store.</param>
/// <param name="Commit">The commit it must have after recovery.</param>
/// <param name="ChainHash">H of that commit.</param>
/// <param name="IsThere">False when not even its keys could be read: there is no such store then.</param>
/// <param name="Problems">Files of the backup that are missing or different; the store lacks them.</param>
public sealed record RestoredStore(
    int Number, string Name, long Commit, string ChainHash, int Segments, long Bytes, bool IsThere, IReadOnlyList<Damage> Problems);
