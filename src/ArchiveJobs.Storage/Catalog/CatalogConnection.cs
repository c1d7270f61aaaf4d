using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>Opens connections with the settings of docs/formats/catalog.md.</summary>
internal static class CatalogConnection
{
    private const string Common = "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA busy_timeout=30000; PRAGMA temp_store=FILE; ";

    // Negative cache sizes are KiB. 64 MiB measured at a million messages; a reader of pages needs the upper levels of the trees only.
    private const string ForWriting = "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=20000; PRAGMA synchronous=NORMAL;";
    private const string ForReading = "PRAGMA cache_size=-8192; PRAGMA query_only=ON;";

    // The first version in which resetting the WAL cannot damage the database.
    private static readonly Version OldestSqlite = new(3, 51, 3);

    /// <param name="create">Otherwise the file must exist.</param>
    public static SqliteConnection OpenWriter(string path, bool create)
    {
        var connection = Open(path, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite, Common + ForWriting);
        var version = Version.Parse(connection.ServerVersion);
        if (version < OldestSqlite)
        {
            connection.Dispose();
            throw new InvalidOperationException($"SQLite {version} may damage databases; {OldestSqlite} or later is needed.");
        }

        return connection;
    }

    /// <summary>A connection that writes nothing. (Not opened read-only: reading in WAL mode needs the shared-memory file.)</summary>
    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadWrite, Common + ForReading);

    /// <exception cref="ArchiveException">As <see cref="CatalogFailure"/> tells.</exception>
    public static void Execute(this SqliteConnection connection, string sql) => connection.ReadScalar(sql);

    /// <summary>The first column of the first row; null when there is none.</summary>
    /// <exception cref="ArchiveException">As <see cref="CatalogFailure"/> tells.</exception>
    public static object? ReadScalar(this SqliteConnection connection, string sql)
    {
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteScalar();
        }
        catch (SqliteException e)
        {
            throw CatalogFailure.Translate(e);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string settings)
    {
        // Without the library's pool: a closed connection must let go of the file, or the catalog could not be moved aside.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            connection.Execute(settings);
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw CatalogFailure.Translate(e);
        }
        catch (ArchiveException)
        {
            connection.Dispose();
            throw;
        }
    }
}
