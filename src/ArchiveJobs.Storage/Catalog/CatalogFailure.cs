using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>SQLite's error codes as failures that the store acts on.</summary>
internal static class CatalogFailure
{
    /// <summary>Makes the exception; the caller throws it.</summary>
    public static Exception Translate(int code, string words, Exception? inner = null) => (code & 0xff) switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new CatalogCorruptException($"The catalog is damaged: {words}.", inner),
        raw.SQLITE_FULL => Failure(SituationKeys.DiskFull, ErrorClass.StoreFull, "No room for the catalog", words, inner),
        raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
            Failure(SituationKeys.DiskReadOnly, ErrorClass.StoreReadOnly, "The catalog cannot be read or written", words, inner),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Failure(SituationKeys.StoreBusy, ErrorClass.StoreBusy, "The catalog is in use by another process", words, inner),
        _ => new InvalidOperationException($"SQLite refused a statement of the catalog ({code}): {words}.", inner),
    };

    public static Exception Translate(SqliteException e) => Translate(e.SqliteErrorCode, e.Message, e);

    private static ArchiveException Failure(string key, ErrorClass errorClass, string what, string words, Exception? inner) =>
        new(new Situation(key, errorClass) { ServerWords = words }, $"{what}: {words}.", inner);
}

/// <summary>The catalog's file is damaged. The store moves it aside and makes it again from the segments.</summary>
internal sealed class CatalogCorruptException(string message, Exception? inner = null)
    : ArchiveException(new Situation(SituationKeys.CatalogRebuilt, ErrorClass.Derived), message, inner);
