using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Master.Alerts;

/// <summary>The thing an alert is about.</summary>
/// <param name="Type">profile, store, backup, schedule, mailbox, channel, host, certificate, database, audit or job.</param>
/// <param name="Key">Tells things of a type apart, for example the id; stable.</param>
/// <param name="Name">As people named it.</param>
public sealed record AlertThing(string Type, string Key, string Name)
{
    public static AlertThing Of(string type, long id, string name) => new(type, id.ToString(System.Globalization.CultureInfo.InvariantCulture), name);
}

/// <summary>
/// For what watches: something is wrong with a thing, and later it is not any more. Alerts once for each thing and situation until it recovers, reminds while it lasts,
/// tells once that it works again. Thread-safe.
/// </summary>
public interface IAlertSource
{
    /// <summary>Adds the alert and its deliveries to the context; the caller's SaveChanges writes them. Called again while it lasts, it only notes that it still does.</summary>
    /// <param name="situation">Its key must have its words in the templates of the notifications (schedule.overdue, host.lost, mailbox.silent …).</param>
    /// <param name="since">Since when it is so.</param>
    /// <param name="runId">The run to look at; null for none.</param>
    Task RaiseAsync(MasterContext context, AlertThing thing, Situation situation, DateTimeOffset since, long? runId, CancellationToken cancellationToken);

    /// <summary>The same about what a run works on; the next end of a run does not end it.</summary>
    Task RaiseOfRunAsync(MasterContext context, JobRun run, Situation situation, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Adds the notice that it works again; does nothing when no such alert is open. The caller's SaveChanges writes it.</summary>
    Task RecoverAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken);

    /// <summary>Ends the alert without a notice: it does not matter any more. The caller's SaveChanges writes it.</summary>
    Task CloseAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken);

    /// <summary>Ends every open alert without a notice, with an audit event for each. The caller's SaveChanges writes it.</summary>
    /// <param name="by">The job kind that does so.</param>
    /// <returns>How many were open.</returns>
    Task<int> CloseAllAsync(MasterContext context, string by, CancellationToken cancellationToken);
}

/// <summary>Where no notifications are composed in.</summary>
internal sealed class NoAlerts : IAlertSource
{
    public Task RaiseAsync(MasterContext context, AlertThing thing, Situation situation, DateTimeOffset since, long? runId, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task RaiseOfRunAsync(MasterContext context, JobRun run, Situation situation, DateTimeOffset since, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RecoverAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CloseAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> CloseAllAsync(MasterContext context, string by, CancellationToken cancellationToken) => Task.FromResult(0);
}
