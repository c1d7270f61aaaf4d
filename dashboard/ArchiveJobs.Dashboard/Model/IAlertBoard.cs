using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>Channels, alerts and deliveries for the pages; the host brings it, because this room does not know the notifications. Changes are audited with their actor.</summary>
public interface IAlertBoard
{
    Task<IReadOnlyList<BoardChannel>> ListChannelsAsync(CancellationToken cancellationToken);

    /// <param name="id">Null for a new one.</param>
    /// <returns>Null when it is saved, otherwise what does not fit together.</returns>
    Task<string?> SaveAsync(int? id, ChannelDraft draft, string actor, CancellationToken cancellationToken);

    /// <summary>A channel that is off gets nothing new.</summary>
    /// <returns>Null when it is switched, otherwise why not.</returns>
    Task<string?> SwitchAsync(int id, bool isEnabled, string actor, CancellationToken cancellationToken);

    /// <returns>False when there is none.</returns>
    Task<bool> RemoveAsync(int id, string actor, CancellationToken cancellationToken);

    /// <summary>Sends a test now.</summary>
    Task<ChannelTest> TestAsync(int id, string actor, CultureInfo culture, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<BoardDelivery>> ListDeliveriesAsync(AlertDeliveryState? state, long? beforeId, int limit, CultureInfo culture, CancellationToken cancellationToken);

    /// <returns>False when there is none that waits or was given up.</returns>
    Task<bool> RetryAsync(long delivery, string actor, CancellationToken cancellationToken);

    /// <returns>False when none of this number waits, or it is being tried just now.</returns>
    Task<bool> AbandonAsync(long delivery, string actor, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<BoardAlert>> ListAlertsAsync(bool onlyOpen, int limit, CancellationToken cancellationToken);

    /// <returns>False when no such alert is open.</returns>
    Task<bool> DismissAsync(long alert, string actor, CancellationToken cancellationToken);

    Task<AlertFrameSettings> ReadSettingsAsync(CancellationToken cancellationToken);

    /// <returns>Null when they are saved, otherwise what is wrong.</returns>
    Task<string?> WriteSettingsAsync(AlertFrameSettings settings, string actor, CancellationToken cancellationToken);
}

/// <param name="Kind">smtp, network-message or pickup.</param>
/// <param name="Draft">Its settings, without the password; null when this version cannot read them.</param>
public sealed record BoardChannel(
    int Id, string Name, string Kind, ChannelDraft? Draft, bool HasPassword, string Language, bool IsEnabled, int Waiting, int Abandoned, DateTimeOffset? LastDeliveredAt);

/// <summary>What a form says of a channel. Only the properties of its kind count.</summary>
public sealed record ChannelDraft(string Kind, string Name, string Language)
{
    /// <summary>smtp.</summary>
    public string Host { get; init; } = "";

    public int Port { get; init; }

    public ConnectionSecurity Security { get; init; } = ConnectionSecurity.StartTls;

    /// <summary>smtp: null for no login. network-message: who is to see it.</summary>
    public string? User { get; init; }

    /// <summary>Null keeps the present one.</summary>
    public string? Password { get; init; }

    public string From { get; init; } = "";

    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>PEM; null for none.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>network-message: the computer.</summary>
    public string Server { get; init; } = "";

    /// <summary>pickup.</summary>
    public string Directory { get; init; } = "";

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Kind} {Name}";
}

/// <param name="Sentence">What came of it, in the language that was asked for.</param>
/// <param name="Words">The other side's own; empty for none.</param>
/// <param name="Refused">Recipients it was not taken for.</param>
public sealed record ChannelTest(bool IsGood, string Sentence, string Words, IReadOnlyList<string> Refused);

/// <param name="Event">opened, reminded or recovered.</param>
/// <param name="Sentence">Why the last try failed; empty when none did.</param>
public sealed record BoardDelivery(
    long Id, long AlertId, string Channel, string Event, string ThingType, string ThingName, AlertDeliveryState State, DateTimeOffset CreatedAt, int Attempts,
    DateTimeOffset? NextAttemptAt, DateTimeOffset? EndedAt, string Sentence, string Words);

/// <param name="Situation">With the values its sentences name.</param>
public sealed record BoardAlert(
    long Id, string ThingType, string ThingName, Situation Situation, RaisedAlertState State, long? RunId, DateTimeOffset Since, int Reminders, DateTimeOffset? NextReminderAt,
    DateTimeOffset? EndedAt, string? EndedBy);

/// <param name="BaseUrl">Where people reach these pages, for links in alerts; empty for no links.</param>
/// <param name="ReminderHours">How often an alert that lasts is told again.</param>
public sealed record AlertFrameSettings(string BaseUrl, int ReminderHours);
