using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>Makes, opens, checks and moves aside the file catalog.db. Whoever calls holds the store's lock.</summary>
internal static class CatalogFile
{
    public const string FileName = "catalog.db";

    // The main file first: SQLite deletes a WAL left alone when it makes a new file; a main file without its WAL might look good and not be.
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <summary>Makes an empty catalog at checkpoint 0.</summary>
    /// <exception cref="IOException">There is a file already.</exception>
    public static CatalogWriter Create(string path, CatalogIdentity identity)
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} exists already.");
        }

        var connection = CatalogConnection.OpenWriter(path, create: true);
        try
        {
            CreateTables(connection, identity);
        }
        catch (ArchiveException)
        {
            connection.Dispose();
            throw;
        }

        return new CatalogWriter(connection);
    }

    /// <summary>Opens the catalog if it is this store's and usable.</summary>
    /// <param name="chainHashAt">H(n) by the segments, null for an n beyond their head. Null when the caller compares the checkpoint itself.</param>
    /// <exception cref="ArchiveException">It cannot be read for reasons that making it again would not cure (no permission, in use).</exception>
    public static CatalogOpening Open(string path, CatalogIdentity identity, Func<long, ContentId?>? chainHashAt = null)
    {
        if (!File.Exists(path))
        {
            return new CatalogOpening(CatalogCondition.Missing, null, "There is no catalog.");
        }

        SqliteConnection? connection = null;
        try
        {
            connection = CatalogConnection.OpenWriter(path, create: false);
            var (condition, reason) = Judge(connection, identity);
            var opening = new CatalogOpening(condition, condition == CatalogCondition.Opened ? new CatalogWriter(connection) : null, reason);
            if (opening.Writer is not null && chainHashAt is not null)
            {
                opening = CompareChain(opening.Writer, chainHashAt);
            }

            connection = opening.Writer is null ? connection : null;
            return opening;
        }
        catch (CatalogCorruptException e)
        {
            return new CatalogOpening(CatalogCondition.Corrupt, null, e.Message);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>Moves the catalog with its WAL to a directory, under a name that is free there. Nobody has it open.</summary>
    /// <returns>Where catalog.db lies now.</returns>
    public static string MoveAside(string path, string directory)
    {
        Directory.CreateDirectory(directory);
        var number = 1;
        string target;
        do
        {
            target = Path.Combine(directory, $"catalog-{number++:D4}.db");
        }
        while (Suffixes.Any(suffix => File.Exists(target + suffix)));

        foreach (var suffix in Suffixes.Where(suffix => File.Exists(path + suffix)))
        {
            File.Move(path + suffix, target + suffix);
        }

        return target;
    }

    /// <summary>Deletes the catalog with its WAL; nothing happens when there is none.</summary>
    public static void Delete(string path)
    {
        foreach (var suffix in Suffixes)
        {
            File.Delete(path + suffix);
        }
    }

    private static void CreateTables(SqliteConnection connection, CatalogIdentity identity)
    {
        // One transaction: a crash leaves no tables at all, which opens as OtherVersion and is made again.
        connection.Execute("PRAGMA page_size=4096; PRAGMA journal_mode=WAL");
        connection.Execute("BEGIN IMMEDIATE");
        foreach (var statement in CatalogSchema.Statements)
        {
            connection.Execute(statement);
        }

        using (var meta = new SqliteStatement(connection, "INSERT INTO meta VALUES (1, ?, ?, 0, ?, 0, 0, 0)"))
        {
            meta.Bind(1, identity.Store).Bind(2, identity.Incarnation).Bind(3, default(ContentId)).Execute();
        }

        connection.Execute($"PRAGMA application_id={CatalogSchema.ApplicationId}; PRAGMA user_version={CatalogSchema.Version}");
        connection.Execute("COMMIT");
    }

    private static (CatalogCondition Condition, string Reason) Judge(SqliteConnection connection, CatalogIdentity identity)
    {
        var application = connection.ReadScalar("PRAGMA application_id");
        var version = connection.ReadScalar("PRAGMA user_version");
        if (application is not CatalogSchema.ApplicationId || version is not CatalogSchema.Version)
        {
            return (CatalogCondition.OtherVersion, $"The catalog has the mark {application} and the version {version}.");
        }

        if (!ReadSchema(connection).SetEquals(CatalogSchema.Statements))
        {
            return (CatalogCondition.Corrupt, "The catalog's tables are not those of its version.");
        }

        using var meta = new SqliteStatement(connection, "SELECT store, incarnation FROM meta WHERE num = 1");
        if (!meta.Step())
        {
            return (CatalogCondition.Corrupt, "The catalog has no checkpoint.");
        }

        var isOurs = IsGuid(meta.Bytes(0), identity.Store) && IsGuid(meta.Bytes(1), identity.Incarnation);
        meta.Reset();
        return isOurs ? (CatalogCondition.Opened, "") : (CatalogCondition.Foreign, "The catalog belongs to another store or incarnation.");
    }

    private static HashSet<string> ReadSchema(SqliteConnection connection)
    {
        using var schema = new SqliteStatement(connection, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'");
        var statements = new HashSet<string>(StringComparer.Ordinal);
        while (schema.Step())
        {
            statements.Add(schema.Text(0));
        }

        return statements;
    }

    private static CatalogOpening CompareChain(CatalogWriter writer, Func<long, ContentId?> chainHashAt)
    {
        var (number, hash) = writer.Checkpoint;
        var expected = number == 0 ? default(ContentId) : chainHashAt(number);
        if (expected == hash)
        {
            return new CatalogOpening(CatalogCondition.Opened, writer, "");
        }

        writer.Dispose();
        return expected is null
            ? new CatalogOpening(CatalogCondition.Ahead, null, $"The catalog knows commit {number}, which the segments do not have.")
            : new CatalogOpening(CatalogCondition.Foreign, null, $"The catalog has another history up to commit {number} than the segments.");
    }

    private static bool IsGuid(ReadOnlySpan<byte> bytes, Guid expected) => bytes.Length == 16 && new Guid(bytes, bigEndian: true) == expected;
}
