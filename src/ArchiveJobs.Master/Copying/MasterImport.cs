using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Copying;

/// <summary>Brings a copy of a master database into the empty database of another engine. All of it, or nothing.</summary>
/// <param name="target">Its schema is that of this version.</param>
public sealed class MasterImport(IMasterProvider target, TimeProvider time)
{
    private const string Mark = "restore.imported";

    /// <summary>Looks whether an import may begin.</summary>
    /// <param name="restore">Names the restore, also when it goes on after a crash.</param>
    /// <returns>False when this very restore has brought its rows already.</returns>
    /// <exception cref="ArchiveException">There are rows of something else (Refused).</exception>
    public async Task<bool> IsWantedAsync(Guid? restore, CancellationToken cancellationToken)
    {
        await using var context = Open(target);
        return await IsWantedAsync(context, restore, cancellationToken);
    }

    /// <summary>Brings the copy to the schema of this version, then all its rows across in one transaction. Does nothing when this restore has done it before.</summary>
    /// <param name="copy">Written by <see cref="IMasterCopy"/>, and used by nobody else.</param>
    /// <exception cref="ArchiveException">There are rows of something else (Refused).</exception>
    public async Task RunAsync(IMasterProvider copy, Guid restore, CancellationToken cancellationToken)
    {
        await using var from = Open(copy);
        await from.Database.OpenConnectionAsync(cancellationToken);
        await from.Database.MigrateAsync(cancellationToken);
        await using var to = Open(target);
        await using var writing = await to.Database.BeginTransactionAsync(cancellationToken);
        if (!await IsWantedAsync(to, restore, cancellationToken))
        {
            return;
        }

        await using (await copy.Rows.BeginSnapshotAsync(from, cancellationToken))
        {
            await new RowCopy(from, copy.Rows, to, target.Rows).RunAsync(cancellationToken);
        }

        // Crash after the commit: the mark says that the rows are there, and whose they are.
        await to.Settings.Where(setting => setting.Name == Mark).ExecuteDeleteAsync(cancellationToken);
        to.Settings.Add(new Setting { Name = Mark, Value = restore.ToString("N"), ChangedAt = time.GetUtcNow() });
        await to.SaveChangesAsync(cancellationToken);
        await writing.CommitAsync(CancellationToken.None);
    }

    private async Task<bool> IsWantedAsync(MasterContext context, Guid? restore, CancellationToken cancellationToken)
    {
        if (await RowCopy.FindRowsAsync(context, cancellationToken) is not { } table)
        {
            return true;
        }

        var mark = restore?.ToString("N");
        return mark is not null && await context.Settings.AnyAsync(setting => setting.Name == Mark && setting.Value == mark, cancellationToken) ? false : throw NotEmpty(table);
    }

    private ArchiveException NotEmpty(string table)
    {
        var sentence = $"The master database on {target.Server} is not empty: its table {table} has rows, and a backup is restored into an empty database only. Nothing was written.";
        var situation = new Situation(SituationKeys.RestoreDatabaseUsed, ErrorClass.Refused) { ServerWords = sentence }
            .With("server", target.Server).With("at", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        return new ArchiveException(situation, sentence);
    }

    private static MasterContext Open(IMasterProvider provider)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        provider.Configure(options);
        return new MasterContext(options.Options);
    }
}
