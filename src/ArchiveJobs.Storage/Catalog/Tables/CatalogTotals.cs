using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>The row of meta in memory: checkpoint and totals. Loaded again after a transaction that failed.</summary>
internal sealed class CatalogTotals : IDisposable
{
    private readonly SqliteStatement _load;
    private readonly SqliteStatement _save;

    public CatalogTotals(SqliteConnection connection)
    {
        _load = new(connection, "SELECT checkpoint, chain_hash, messages, message_bytes, placements FROM meta WHERE num = 1");
        _save = new(connection, "UPDATE meta SET checkpoint = ?, chain_hash = ?, messages = ?, message_bytes = ?, placements = ? WHERE num = 1");
    }

    public long Checkpoint { get; set; }
    public ContentId ChainHash { get; set; }
    public long Messages { get; set; }
    public long MessageBytes { get; set; }
    public long Placements { get; set; }

    /// <exception cref="CatalogCorruptException">There is no row.</exception>
    public void Load()
    {
        if (!_load.Step())
        {
            throw new CatalogCorruptException("The catalog has no checkpoint.");
        }

        Checkpoint = _load.Integer(0);
        ChainHash = _load.Id(1);
        Messages = _load.Integer(2);
        MessageBytes = _load.Integer(3);
        Placements = _load.Integer(4);
        _load.Reset();
    }

    public void Save() =>
        _save.Bind(1, Checkpoint).Bind(2, ChainHash).Bind(3, Messages).Bind(4, MessageBytes).Bind(5, Placements).Execute();

    public void Dispose()
    {
        _load.Dispose();
        _save.Dispose();
    }
}
