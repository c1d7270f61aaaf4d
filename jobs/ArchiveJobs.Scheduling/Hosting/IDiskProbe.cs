using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>Tells whether a run that waits for its disk may go on.</summary>
public interface IDiskProbe
{
    /// <param name="storeId">Null: the data directory itself.</param>
    Task<bool> IsWritableAsync(int? storeId, CancellationToken cancellationToken);
}

/// <summary>Writes a small file where the store lies and removes it.</summary>
internal sealed class StoreDiskProbe(IDbContextFactory<MasterContext> contexts, StorePlaces places, SchedulingOptions options) : IDiskProbe
{
    /// <summary>What one batch of messages needs, with room to spare.</summary>
    private const int ProbeBytes = 32 * 1024 * 1024;

    public async Task<bool> IsWritableAsync(int? storeId, CancellationToken cancellationToken)
    {
        var directory = options.DataDirectory;
        if (storeId is { } id)
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            directory = await db.Stores.AsNoTracking().FirstOrDefaultAsync(store => store.Id == id, cancellationToken) is { } store
                ? places.Of(store.Id, store.Name, store.Path).Path
                : directory;
        }

        return TryWrite(Path.Combine(directory, ".probe"));
    }

    private static bool TryWrite(string path)
    {
        try
        {
            // Allocated, not only named: a full disk refuses it here.
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, PreallocationSize = ProbeBytes, Options = FileOptions.DeleteOnClose,
            };
            using var file = new FileStream(path, options);
            file.WriteByte(1);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
