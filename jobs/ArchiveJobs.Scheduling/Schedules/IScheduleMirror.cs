namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Shows the schedules where the delivery shows recurring work.</summary>
internal interface IScheduleMirror
{
    /// <summary>Brings it to what the database says. Cheap when nothing has changed.</summary>
    Task SyncAsync(CancellationToken cancellationToken);
}
