using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Reading;

/// <summary>A connection for reading with the statements prepared on it so far. One thread at a time.</summary>
internal sealed class ReaderConnection(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = [];
    private CatalogLookups? _lookups;

    public SqliteConnection Sqlite => connection;

    public CatalogLookups Lookups => _lookups ??= new CatalogLookups(connection);

    /// <summary>The statement, prepared once.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            _statements.Add(sql, statement = new SqliteStatement(connection, sql));
        }

        return statement;
    }

    /// <summary>Everything read until <see cref="EndSnapshot"/> is of one checkpoint.</summary>
    public void BeginSnapshot() => Prepare("BEGIN").Execute();

    public void EndSnapshot() => Prepare("COMMIT").Execute();

    public void Dispose()
    {
        _lookups?.Dispose();
        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
