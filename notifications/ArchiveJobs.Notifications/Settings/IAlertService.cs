using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels;

namespace ArchiveJobs.Notifications.Settings;

/// <summary>Channels, alerts and their deliveries, for the command line, the API and the dashboard. Every change leaves an audit event with its actor. Thread-safe.</summary>
public interface IAlertService
{
    /// <summary>In the order of their ids.</summary>
    Task<IReadOnlyList<ChannelView>> ListChannelsAsync(CancellationToken cancellationToken);

    /// <summary>Null when there is none.</summary>
    Task<ChannelView?> FindChannelAsync(int id, CancellationToken cancellationToken);

    /// <param name="settings">SmtpSettings, NetworkMessageSettings or PickupSettings; with the secret.</param>
    /// <param name="name">Unique; null makes one from the kind.</param>
    /// <param name="language">en or ja.</param>
    /// <exception cref="AlertSettingsException">They cannot be used, or the name is taken. Nothing was written.</exception>
    Task<ChannelView> AddAsync(ChannelSettings settings, string? name, string language, string actor, CancellationToken cancellationToken);

    /// <summary>Changes what is given. What waits for the channel is tried at once.</summary>
    /// <exception cref="AlertSettingsException">They cannot be used, the name is taken, or there is no such channel. Nothing was written.</exception>
    Task<ChannelView> SetAsync(int id, ChannelChange change, string actor, CancellationToken cancellationToken);

    /// <summary>Removes the channel with all that waits for it.</summary>
    /// <returns>False when there is none.</returns>
    Task<bool> RemoveAsync(int id, string actor, CancellationToken cancellationToken);

    /// <summary>Sends a test now, once, past the outbox.</summary>
    /// <exception cref="AlertSettingsException">There is no such channel.</exception>
    Task<DeliveryResult> TestAsync(int id, string actor, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="state">Null for all.</param>
    /// <param name="beforeId">Only smaller ids; null for the newest.</param>
    /// <param name="limit">1 to 500.</param>
    Task<IReadOnlyList<DeliveryView>> ListDeliveriesAsync(AlertDeliveryState? state, long? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>The tries of one delivery, oldest first.</summary>
    Task<IReadOnlyList<AlertDeliveryAttempt>> ListAttemptsAsync(long deliveryId, CancellationToken cancellationToken);

    /// <summary>Has a delivery that waits or was given up tried again at once, for another 48 h.</summary>
    /// <returns>False when there is none of this id, or it is delivered.</returns>
    Task<bool> RetryAsync(long deliveryId, string actor, CancellationToken cancellationToken);

    /// <summary>Gives up a delivery that waits; it can be tried again later.</summary>
    /// <returns>False when none of this id waits, or it is being tried just now: whether that one arrives is not known yet.</returns>
    Task<bool> AbandonAsync(long deliveryId, string actor, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<AlertView>> ListAlertsAsync(bool onlyOpen, long? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>A person took note: no reminder and no recovery notice follow; the same cause alerts anew.</summary>
    /// <returns>False when there is no open alert of this id.</returns>
    Task<bool> DismissAsync(long alertId, string actor, CancellationToken cancellationToken);

    Task<AlertOptions> ReadOptionsAsync(CancellationToken cancellationToken);

    /// <exception cref="AlertSettingsException">Not an http or https address, or hours below 1. Nothing was written.</exception>
    Task WriteOptionsAsync(AlertOptions options, string actor, CancellationToken cancellationToken);
}

/// <summary>A channel, without its secret.</summary>
/// <param name="Summary">Where it goes, in one line.</param>
/// <param name="Settings">Null when this version cannot read them.</param>
public sealed record ChannelView(
    int Id, string Name, string Kind, string Summary, ChannelSettings? Settings, bool HasSecret, string Language, bool IsEnabled,
    int Waiting, int Abandoned, DateTimeOffset? LastDeliveredAt);

/// <summary>Null leaves as it is.</summary>
public sealed record ChannelChange
{
    public string? Name { get; init; }

    /// <summary>All of them; without a secret the present one stays.</summary>
    public ChannelSettings? Settings { get; init; }

    public string? Language { get; init; }

    public bool? IsEnabled { get; init; }
}

/// <param name="Event">opened, reminded or recovered.</param>
public sealed record DeliveryView(
    long Id, long AlertId, int ChannelId, string Channel, string Event, string Thing, string SituationKey, AlertDeliveryState State, DateTimeOffset CreatedAt,
    int Attempts, DateTimeOffset? NextAttemptAt, string? LastReason, string? LastWords, DateTimeOffset? EndedAt);

public sealed record AlertView(
    long Id, string ThingType, string ThingKey, string ThingName, Situation Situation, RaisedAlertState State, long? RunId,
    DateTimeOffset Since, DateTimeOffset LastSeenAt, int Reminders, DateTimeOffset? NextReminderAt, DateTimeOffset? EndedAt, string? EndedBy);

/// <param name="BaseUrl">Where the dashboard is reached, for links in alerts; null for no links.</param>
/// <param name="ReminderHours">How often an alert that lasts is told again. At least 1.</param>
public sealed record AlertOptions(Uri? BaseUrl, int ReminderHours);

/// <summary>What was given cannot be used; the message says what to do.</summary>
public sealed class AlertSettingsException(string message) : Exception(message);
