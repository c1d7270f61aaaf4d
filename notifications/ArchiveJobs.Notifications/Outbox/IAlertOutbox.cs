namespace ArchiveJobs.Notifications.Outbox;

/// <summary>For a process that ends with its command: what it has put into the outbox should leave before.</summary>
public interface IAlertOutbox
{
    /// <summary>Tries what waits until nothing does, or the time is over; returns at once when the next try lies beyond it.</summary>
    /// <returns>How many deliveries still wait.</returns>
    Task<int> DeliverAsync(TimeSpan patience, CancellationToken cancellationToken);
}
