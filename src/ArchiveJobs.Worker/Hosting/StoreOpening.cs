using ArchiveJobs.Core;
using ArchiveJobs.Scheduling.Owners;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Opens every store once at the start, so that trouble is known before the first run meets it.</summary>
internal static class StoreOpening
{
    public static async Task OpenAllAsync(IServiceProvider services, ILogger logger, CancellationToken cancellationToken)
    {
        if (services.GetRequiredService<IStoreOwnership>().IsShared)
        {
            return;   // They belong to whoever works on them first.
        }

        var book = services.GetRequiredService<IStoreBook>();
        foreach (var store in await book.ListAsync(cancellationToken))
        {
            try
            {
                await book.OpenAsync(store, cancellationToken);
            }
            catch (ArchiveException e)
            {
                // Runs into this store say so themselves; the others go on.
                logger.StoreCannotBeOpened(store.Id, e);
            }
        }
    }
}
