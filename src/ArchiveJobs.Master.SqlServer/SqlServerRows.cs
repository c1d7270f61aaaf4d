using System.Data;
using System.Globalization;
using ArchiveJobs.Master.Copying;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ArchiveJobs.Master.SqlServer;

/// <summary>Numbers are IDENTITY columns, which take none from a row unless they are told to, one table of a connection at a time.</summary>
internal sealed class SqlServerRows : IMasterRows
{
    internal const string SnapshotState = "SELECT CAST(snapshot_isolation_state AS int) AS [Value] FROM sys.databases WHERE database_id = DB_ID()";
    internal const string LastNumber = "SELECT COALESCE(CAST(last_value AS bigint), 0) AS [Value] FROM sys.identity_columns WHERE object_id = OBJECT_ID({0}) AND name = {1}";
    private const int SnapshotIsOn = 1;

    /// <summary>SNAPSHOT where the database allows it (ALTER DATABASE ... SET ALLOW_SNAPSHOT_ISOLATION ON); SERIALIZABLE otherwise, for which writers have to wait.</summary>
    public async Task<IDbContextTransaction> BeginSnapshotAsync(MasterContext context, CancellationToken cancellationToken)
    {
        var state = await context.Database.SqlQueryRaw<int>(SnapshotState).SingleAsync(cancellationToken);
        return await context.Database.BeginTransactionAsync(state == SnapshotIsOn ? IsolationLevel.Snapshot : IsolationLevel.Serializable, cancellationToken);
    }

    public Task<long> ReadLastNumberAsync(MasterContext context, NumberedTable table, CancellationToken cancellationToken) =>
        context.Database.SqlQueryRaw<long>(LastNumber, Quoted(table), table.Column).SingleAsync(cancellationToken);

    public Task WriteLastNumberAsync(MasterContext context, NumberedTable table, long last, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(Reseed(table, last), cancellationToken);

    public Task TakeNumbersAsync(MasterContext context, NumberedTable table, bool isOn, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(Take(table, isOn), cancellationToken);

    /// <summary>
    /// Neither statement takes parameters; both names are constants of the model. A table that never had a row gives the number itself to its first row, any other the one behind it
    /// (https://learn.microsoft.com/sql/t-sql/database-console-commands/dbcc-checkident-transact-sql).
    /// </summary>
    internal static string Reseed(NumberedTable table, long last) => string.Create(
        CultureInfo.InvariantCulture,
        $"DECLARE @last bigint = {last} + CASE WHEN EXISTS (SELECT 1 FROM {Quoted(table)}) THEN 0 ELSE 1 END; DBCC CHECKIDENT (N'{Quoted(table)}', RESEED, @last)");

    internal static string Take(NumberedTable table, bool isOn) => $"SET IDENTITY_INSERT {Quoted(table)} {(isOn ? "ON" : "OFF")}";

    private static string Quoted(NumberedTable table) => $"[{table.Table}]";
}
