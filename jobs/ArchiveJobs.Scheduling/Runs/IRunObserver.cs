namespace ArchiveJobs.Scheduling.Runs;

/// <summary>Is told everything that happens to all runs of this process, in order for each run. Register any number.</summary>
public interface IRunObserver
{
    /// <summary>Must return at once and must not throw.</summary>
    void OnUpdate(RunUpdate update);
}
