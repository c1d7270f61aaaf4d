using ArchiveJobs.Master.Copying;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>The last number of each AUTOINCREMENT table lies in sqlite_sequence (https://www.sqlite.org/autoinc.html).</summary>
internal sealed class SqliteRows : IMasterRows
{
    public Task<IDbContextTransaction> BeginSnapshotAsync(MasterContext context, CancellationToken cancellationToken) => context.Database.BeginTransactionAsync(cancellationToken);

    public Task<long> ReadLastNumberAsync(MasterContext context, NumberedTable table, CancellationToken cancellationToken) => context.Database
        .SqlQueryRaw<long>("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = {0}), 0) AS \"Value\"", table.Table).SingleAsync(cancellationToken);

    public Task WriteLastNumberAsync(MasterContext context, NumberedTable table, long last, CancellationToken cancellationToken) => context.Database.ExecuteSqlRawAsync(
        "DELETE FROM sqlite_sequence WHERE name = {0}; INSERT INTO sqlite_sequence (name, seq) VALUES ({0}, {1})", [table.Table, last], cancellationToken);
}
