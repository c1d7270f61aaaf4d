using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Master.Copying;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>Copies in SQLite's own way where the master database is a file of SQLite, row by row from every other engine.</summary>
internal sealed class SqliteMasterCopy(IMasterProvider provider) : IMasterCopy
{
    public string Migration => MasterSqliteRegistration.KnownMigrations[^1];

    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        CreatePrivate(path);
        if (provider is SqliteMasterProvider file)
        {
            await file.CopyFileAsync(path, cancellationToken);
        }
        else
        {
            await Written(() => CopyRowsAsync(path, cancellationToken));
        }

        await Written(() => SettleAsync(path, cancellationToken));
    }

    /// <summary>SQLite gives its other files the rights of the database, and copies into a file that is empty.</summary>
    private static void CreatePrivate(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        File.Open(path, options).Dispose();
    }

    private async Task CopyRowsAsync(string path, CancellationToken cancellationToken)
    {
        await using var to = Open(new SqliteMasterProvider(path, isPooled: false));
        await to.Database.OpenConnectionAsync(cancellationToken);

        // Crash here or later: the file is of no use and is swept; it is read back when it lies in the backup.
        await to.Database.ExecuteSqlRawAsync("PRAGMA synchronous = OFF", cancellationToken);
        await to.Database.MigrateAsync(cancellationToken);
        await using var from = Open(provider);
        await using var snapshot = await provider.Rows.BeginSnapshotAsync(from, cancellationToken);
        await new RowCopy(from, provider.Rows, to, new SqliteRows()).RunAsync(cancellationToken);
    }

    /// <summary>What was going on when the copy was made must not begin by itself where it is put to use.</summary>
    private static async Task SettleAsync(string path, CancellationToken cancellationToken)
    {
        await using var context = Open(new SqliteMasterProvider(path, isPooled: false));
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);
        await context.JobRuns.Where(run => run.State < RunState.Succeeded).ExecuteUpdateAsync(
            run => run.SetProperty(r => r.State, RunState.Cancelled).SetProperty(r => r.Reason, RunReason.None).SetProperty(r => r.LiveIdentity, (string?)null)
                .SetProperty(r => r.BootId, (Guid?)null).SetProperty(r => r.LeaseUntil, (DateTimeOffset?)null).SetProperty(r => r.NotBefore, (DateTimeOffset?)null)
                .SetProperty(r => r.StoreWaitSince, (DateTimeOffset?)null).SetProperty(r => r.EndedAt, r => (DateTimeOffset?)r.StateSince),
            cancellationToken);
        await context.JobRunAttempts.Where(attempt => attempt.EndedAt == null).ExecuteUpdateAsync(
            attempt => attempt.SetProperty(a => a.EndedAt, a => (DateTimeOffset?)a.StartedAt).SetProperty(a => a.EndState, (RunState?)RunState.Cancelled), cancellationToken);
        await context.StoreLeases.ExecuteDeleteAsync(cancellationToken);

        // Hosts of the original: none of them has a store here, and nobody misses one here.
        await context.StoreOwners.ExecuteDeleteAsync(cancellationToken);
        await context.JobHosts.Where(host => host.StoppedAt == null).ExecuteUpdateAsync(host => host.SetProperty(h => h.StoppedAt, h => (DateTimeOffset?)h.HeartbeatAt), cancellationToken);

        // The original sends them.
        await context.AlertDeliveries.Where(delivery => delivery.State == AlertDeliveryState.Pending).ExecuteDeleteAsync(cancellationToken);
        foreach (var store in await context.Stores.ToListAsync(cancellationToken))
        {
            store.Path = "stores/" + store.Id.ToString(CultureInfo.InvariantCulture);
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A failure of the file that is written is not one of the master database, whose engine may not even know it.</summary>
    private static async Task Written(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (SqliteFailure.Explain(e) is not null)
        {
            throw new ArchiveException(SqliteFailure.Explain(e)!, $"The copy of the master database cannot be written: {e.Message}", e);
        }
    }

    private static MasterContext Open(IMasterProvider provider)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        provider.Configure(options);
        return new MasterContext(options.Options);
    }
}
