namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>
/// A job may say whether these arguments have ever worked: an unknown host is a mistake in the settings before, and a fault of the network after.
/// Without it the ledger answers by an earlier good run of the same kind and arguments.
/// </summary>
public interface IRemembersSuccess<TArguments>
    where TArguments : class
{
    Task<bool> HasEverWorkedAsync(TArguments arguments, CancellationToken cancellationToken);
}
