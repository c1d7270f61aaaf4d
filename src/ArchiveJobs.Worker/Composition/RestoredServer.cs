using ArchiveJobs.Master;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Master.Sqlite;

namespace ArchiveJobs.Worker.Composition;

/// <summary>The database of a server that a backup is restored into, before the installation that uses it is there.</summary>
internal sealed class RestoredServer : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public RestoredServer(DataDirectory data) => _services = new ServiceCollection().AddLogging().AddMasterDatabase(data).BuildServiceProvider();

    private MasterImport Import => new(_services.GetRequiredService<IMasterProvider>(), TimeProvider.System);

    /// <param name="restore">The restore that goes on; null when it is to begin.</param>
    /// <exception cref="Core.ArchiveException">It cannot be reached (Database), a newer version uses it, or it holds something else (Refused).</exception>
    public async Task CheckAsync(Guid? restore, CancellationToken cancellationToken)
    {
        await _services.GetRequiredService<MasterDatabase>().MigrateAsync(cancellationToken);
        await Import.IsWantedAsync(restore, cancellationToken);
    }

    /// <summary>Brings the rows of the copy into it and removes the copy, which is in the clear and of no use from then on.</summary>
    public async Task ImportAsync(string copy, Guid restore, CancellationToken cancellationToken)
    {
        await Import.RunAsync(MasterSqliteRegistration.ReadCopy(copy), restore, cancellationToken);

        // Crash here: the copy is unpacked again, the mark in the database says that its rows are there.
        File.Delete(copy);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
