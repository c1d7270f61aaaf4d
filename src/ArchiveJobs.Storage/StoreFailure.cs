using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Storage;

/// <summary>Turns what the operating system says into the situations of the store; the one place that looks at error numbers.</summary>
internal static class StoreFailure
{
    private const int NoSpace = 28;         // ENOSPC
    private const int QuotaExceeded = 122;  // EDQUOT
    private const int ReadOnlySystem = 30;  // EROFS
    private const int NotPermitted = 1;     // EPERM
    private const int NoAccess = 13;        // EACCES
    private const long LeastNeeded = 32L << 20;   // The probe that lets runs go on writes as much.
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static ArchiveException From(Exception failure, StoreName store) => failure switch
    {
        ArchiveException known => known,
        UnauthorizedAccessException => ReadOnly(failure, store),
        IOException io when IsFull(io) => Full(failure, store),
        IOException io when Number(io) is ReadOnlySystem or NotPermitted or NoAccess => ReadOnly(failure, store),
        _ => ReadOnly(failure, store),
    };

    /// <summary>The system says that there is no room.</summary>
    public static bool IsFull(IOException failure) => Number(failure) is NoSpace or QuotaExceeded || failure.HResult == WindowsDiskFull;

    /// <param name="need">Bytes to be freed before it can go on.</param>
    public static ArchiveException Full(Exception? inner, StoreName store, long need = LeastNeeded) => new(
        new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull) { ServerWords = inner?.Message }.With("s", store.Name).With("need", need),
        $"The disk of store {store.Name} is full. What is archived is safe; free some space.", inner);

    /// <summary>What must be freed so that <paramref name="required"/> bytes fit and the probe before the next try succeeds.</summary>
    public static long NeedOf(long free, long required) => Math.Max(required, LeastNeeded) - free;

    public static ArchiveException ReadOnly(Exception? inner, StoreName store) => new(
        new Situation(SituationKeys.DiskReadOnly, ErrorClass.StoreReadOnly) { ServerWords = inner?.Message }.With("s", store.Name),
        $"Store {store.Name} cannot be written: {inner?.Message}. What is archived is safe; check the disk.", inner);

    public static ArchiveException Damaged(StoreName store, string file, long offset, string what) => new(
        new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt).With("s", store.Name).With("file", file).With("offset", offset),
        $"Store {store.Name}, {file} at offset {offset}: {what}. Run VerifyStore.");

    public static ArchiveException Offline(StoreName store, string path) => new(
        new Situation(SituationKeys.StoreOffline, ErrorClass.StoreOffline).With("s", store.Name).With("path", path),
        $"Store {store.Name} is not at {path}. Connect the drive again; do not create an empty folder there.");

    public static ArchiveException LeaseLost(StoreName store) => new(
        new Situation(SituationKeys.RunLeaseLost, ErrorClass.LeaseLost).With("s", store.Name),
        "The lease of this run is lost; nothing more of it is written.");

    public static ArchiveException Refused(StoreName store, string message) => new(
        new Situation(SituationKeys.StoreRefused, ErrorClass.Refused) { ServerWords = message }.With("s", store.Name), message);

    public static ArchiveException Busy(StoreName store, Exception? inner) => new(
        new Situation(SituationKeys.StoreBusy, ErrorClass.StoreBusy).With("s", store.Name),
        $"Store {store.Name} is being written by another process.", inner);

    /// <summary>errno of a .NET IOException on Unix: plain for ours, in the low word for the runtime's.</summary>
    private static int Number(IOException failure) => failure.HResult is > 0 and < 4096 ? failure.HResult : failure.HResult & 0xFFFF;
}

/// <summary>Id and name of a store, for messages.</summary>
internal readonly record struct StoreName(int Id, string Name);
