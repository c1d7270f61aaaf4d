using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Channels;

/// <summary>One way to reach people. Holds no state between calls; used by several deliveries at once.</summary>
public interface IAlertChannel
{
    /// <summary>smtp, network-message, pickup; stored with the settings.</summary>
    string Kind { get; }

    /// <summary>The settings this channel takes, a <see cref="ChannelSettings"/>.</summary>
    Type SettingsType { get; }

    /// <summary>
    /// Tries once. Expected failures are results; what was sent is sent, also when the process dies before the result is kept: a retry then
    /// repeats the same message id or file name.
    /// </summary>
    /// <exception cref="ArgumentException">Settings of another channel.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    Task<DeliveryResult> SendAsync(RenderedAlert alert, ChannelSettings settings, CancellationToken cancellationToken);

    /// <summary>Where it goes, in one line without secrets; English, for lists and logs.</summary>
    string Summary(ChannelSettings settings);
}
