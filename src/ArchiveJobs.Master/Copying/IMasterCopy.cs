using ArchiveJobs.Core;

namespace ArchiveJobs.Master.Copying;

/// <summary>Copies of the master database that can be put to use elsewhere: one file of SQLite, whatever engine it is on.</summary>
public interface IMasterCopy
{
    /// <summary>Id of the last migration of the schema that a copy has.</summary>
    string Migration { get; }

    /// <summary>
    /// Writes a copy as of one instant while others go on writing. In it no run is under way (those that were are Cancelled), nobody holds a lease, and stores lie below the
    /// data directory under their numbers.
    /// </summary>
    /// <param name="path">Not there yet; after a failure whatever lies there is of no use.</param>
    /// <exception cref="ArchiveException">There is no room for the copy (StoreFull). What the engine itself says leaves as its own exception, see <see cref="IMasterProvider.Explain"/>.</exception>
    Task WriteAsync(string path, CancellationToken cancellationToken);
}
