using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>Copies the database while it is in use, and gives room back.</summary>
internal sealed class SqliteMaintenance(string path, string connectionString)
{
    private const int Full = 13;   // SQLITE_FULL
    private const int Busy = 5;    // SQLITE_BUSY

    /// <summary>VACUUM INTO reads one snapshot; writers do not wait for it.</summary>
    /// <param name="copy">Empty.</param>
    public Task CopyAsync(string copy, CancellationToken cancellationToken) => ExecuteAsync("VACUUM INTO $copy", copy, cancellationToken);

    public async Task<(long Before, long After)> CompactAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", null, cancellationToken);
        var before = new FileInfo(path).Length;
        await ExecuteAsync("VACUUM", null, cancellationToken);
        await ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", null, cancellationToken);
        return (before, new FileInfo(path).Length);
    }

    private async Task ExecuteAsync(string sql, string? copy, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = 0;
            if (copy is not null)
            {
                command.Parameters.AddWithValue("$copy", copy);
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Full or Busy)
        {
            var situation = e.SqliteErrorCode == Full
                ? new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull).With("s", "master.db").With("need", new FileInfo(path).Length)
                : new Situation(SituationKeys.DatabaseUnreachable, ErrorClass.Database);
            throw new ArchiveException(situation with { ServerWords = e.Message }, $"The master database cannot be copied or compacted: {e.Message}", e);
        }
    }
}
