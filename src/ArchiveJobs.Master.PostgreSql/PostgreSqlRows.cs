using System.Data;
using ArchiveJobs.Master.Copying;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ArchiveJobs.Master.PostgreSql;

/// <summary>Numbers come from sequences, which know nothing of numbers that rows bring with them.</summary>
internal sealed class PostgreSqlRows : IMasterRows
{
    /// <summary>Under REPEATABLE READ every query sees what the first one saw; writers do not wait for it (https://www.postgresql.org/docs/current/transaction-iso.html).</summary>
    public async Task<IDbContextTransaction> BeginSnapshotAsync(MasterContext context, CancellationToken cancellationToken)
    {
        var transaction = await context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await context.Database.ExecuteSqlRawAsync("SET TRANSACTION READ ONLY", cancellationToken);
        return transaction;
    }

    public Task<long> ReadLastNumberAsync(MasterContext context, NumberedTable table, CancellationToken cancellationToken) => context.Database.SqlQueryRaw<long>(
        """
        SELECT COALESCE((SELECT last_value FROM pg_sequences
            WHERE format('%I.%I', schemaname, sequencename)::regclass = pg_get_serial_sequence({0}, {1})::regclass), 0) AS "Value"
        """,
        Quoted(table), table.Column).SingleAsync(cancellationToken);

    public Task WriteLastNumberAsync(MasterContext context, NumberedTable table, long last, CancellationToken cancellationToken) => context.Database.ExecuteSqlRawAsync(
        "SELECT setval(pg_get_serial_sequence({0}, {1}), {2})", [Quoted(table), table.Column, last], cancellationToken);

    private static string Quoted(NumberedTable table) => $"\"{table.Table}\"";
}
