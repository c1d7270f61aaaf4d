namespace ArchiveJobs.Master;

/// <summary>Told of every transition of a run that somebody may have to hear of, inside its transaction: what it writes is there exactly when the transition is.</summary>
public interface IRunTransitionSink
{
    /// <summary>Adds rows to the context; must not save, commit, or reach outside the database. An exception undoes the transition.</summary>
    /// <param name="run">As it stands after the transition; not tracked.</param>
    /// <param name="actor">Null when the host did it.</param>
    Task AddAsync(MasterContext context, JobRun run, string? actor, CancellationToken cancellationToken);
}
