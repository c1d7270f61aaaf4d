using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Master;

/// <summary>Brings the master database to the schema of this version. Thread-safe.</summary>
public sealed class MasterDatabase(
    IMasterProvider provider, IDbContextFactory<MasterContext> contexts, TimeProvider time, ILogger<MasterDatabase> logger)
{
    public IMasterProvider Provider => provider;

    /// <summary>Creates or migrates it when needed. An up-to-date database costs one query and no start of the model.</summary>
    /// <exception cref="ArchiveException">A newer version has used it (database.newer). Nothing was changed; a retry does not help.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var applied = await provider.ReadMigrationsAsync(cancellationToken);
        if (applied.Except(provider.KnownMigrations).LastOrDefault() is { } newer)
        {
            throw Newer(newer);
        }

        if (applied.Count == provider.KnownMigrations.Count)
        {
            return;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
        Log.Migrated(logger, provider.Name, applied.Count, provider.KnownMigrations.Count);
    }

    private ArchiveException Newer(string migration)
    {
        var situation = new Situation(SituationKeys.DatabaseNewer, ErrorClass.Refused)
            .With("version", typeof(MasterDatabase).Assembly.GetName().Version?.ToString(3))
            .With("newer", migration)
            .With("at", time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        return new ArchiveException(situation, $"The master database has a migration this version does not know: {migration}. Start the newer version.");
    }
}
