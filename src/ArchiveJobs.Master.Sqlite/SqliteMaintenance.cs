using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>Copies the database while it is in use, and gives room back.</summary>
internal sealed class SqliteMaintenance(string path, string connectionString)
{
    private const int Full = 13;   // SQLITE_FULL
    private const int Busy = 5;    // SQLITE_BUSY

    /// <summary>VACUUM INTO reads one snapshot; writers do not wait for it.</summary>
    public async Task CopyAsync(string copy, CancellationToken cancellationToken)
    {
        await ExecuteAsync("VACUUM INTO $copy", copy, cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await SettleAsync(copy, cancellationToken);
    }

    public async Task<(long Before, long After)> CompactAsync(CancellationToken cancellationToken)
    {
        await ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", null, cancellationToken);
        var before = new FileInfo(path).Length;
        await ExecuteAsync("VACUUM", null, cancellationToken);
        await ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)", null, cancellationToken);
        return (before, new FileInfo(path).Length);
    }

    /// <summary>What was going on when the copy was made must not begin by itself where it is put to use.</summary>
    private static async Task SettleAsync(string copy, CancellationToken cancellationToken)
    {
        // No pool: the file is complete, without a log beside it, once the connection is closed.
        var connection = new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString();
        var options = new DbContextOptionsBuilder<MasterContext>().UseSqlite(connection).UseModel(CompiledModel.MasterContextModel.Instance).Options;
        await using var context = new MasterContext(options);
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        await context.JobRuns.Where(run => run.State < RunState.Succeeded).ExecuteUpdateAsync(
            run => run.SetProperty(r => r.State, RunState.Cancelled).SetProperty(r => r.Reason, RunReason.None).SetProperty(r => r.LiveIdentity, (string?)null)
                .SetProperty(r => r.BootId, (Guid?)null).SetProperty(r => r.LeaseUntil, (DateTimeOffset?)null).SetProperty(r => r.NotBefore, (DateTimeOffset?)null)
                .SetProperty(r => r.StoreWaitSince, (DateTimeOffset?)null).SetProperty(r => r.EndedAt, r => (DateTimeOffset?)r.StateSince),
            cancellationToken);
        await context.JobRunAttempts.Where(attempt => attempt.EndedAt == null).ExecuteUpdateAsync(
            attempt => attempt.SetProperty(a => a.EndedAt, a => (DateTimeOffset?)a.StartedAt).SetProperty(a => a.EndState, (RunState?)RunState.Cancelled), cancellationToken);
        await context.StoreLeases.ExecuteDeleteAsync(cancellationToken);

        // The original sends them.
        await context.AlertDeliveries.Where(delivery => delivery.State == AlertDeliveryState.Pending).ExecuteDeleteAsync(cancellationToken);
        foreach (var store in await context.Stores.ToListAsync(cancellationToken))
        {
            store.Path = "stores/" + store.Id.ToString(CultureInfo.InvariantCulture);
        }

        await context.SaveChangesAsync(cancellationToken);
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
