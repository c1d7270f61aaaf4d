using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Settings;

namespace ArchiveJobs.Worker.Composition;

/// <summary>Hands the alerts of the notifications to the pages, which do not know them.</summary>
internal sealed class AlertBoard(IAlertService alerts) : IAlertBoard
{
    public async Task<IReadOnlyList<BoardChannel>> ListChannelsAsync(CancellationToken cancellationToken) =>
        [.. (await alerts.ListChannelsAsync(cancellationToken)).Select(channel => new BoardChannel(
            channel.Id, channel.Name, channel.Kind, DraftOf(channel), channel.HasSecret, channel.Language, channel.IsEnabled, channel.Waiting, channel.Abandoned, channel.LastDeliveredAt))];

    public Task<string?> SaveAsync(int? id, ChannelDraft draft, string actor, CancellationToken cancellationToken) => CheckedAsync(async () =>
    {
        var settings = SettingsOf(draft);
        if (id is { } present)
        {
            var before = await alerts.FindChannelAsync(present, cancellationToken);
            await alerts.SetAsync(present, new ChannelChange { Name = draft.Name, Language = draft.Language, Settings = Keep(settings, before?.Settings) }, actor, cancellationToken);
            return;
        }

        await alerts.AddAsync(settings, draft.Name.Trim().Length == 0 ? null : draft.Name, draft.Language, actor, cancellationToken);
    });

    public Task<string?> SwitchAsync(int id, bool isEnabled, string actor, CancellationToken cancellationToken) =>
        CheckedAsync(() => alerts.SetAsync(id, new ChannelChange { IsEnabled = isEnabled }, actor, cancellationToken));

    public Task<bool> RemoveAsync(int id, string actor, CancellationToken cancellationToken) => alerts.RemoveAsync(id, actor, cancellationToken);

    public async Task<ChannelTest> TestAsync(int id, string actor, CultureInfo culture, CancellationToken cancellationToken)
    {
        try
        {
            var result = await alerts.TestAsync(id, actor, cancellationToken);
            return new ChannelTest(result.Outcome == DeliveryOutcome.Delivered && result.Refused.Count == 0, DeliveryText.Of(result, culture), result.Words, result.Refused);
        }
        catch (AlertSettingsException e)
        {
            return new ChannelTest(false, e.Message, "", []);
        }
    }

    public async Task<IReadOnlyList<BoardDelivery>> ListDeliveriesAsync(AlertDeliveryState? state, long? beforeId, int limit, CultureInfo culture, CancellationToken cancellationToken) =>
        [.. (await alerts.ListDeliveriesAsync(state, beforeId, limit, cancellationToken)).Select(delivery =>
        {
            var thing = delivery.Thing.Split(' ', 2);
            return new BoardDelivery(
                delivery.Id, delivery.AlertId, delivery.Channel, delivery.Event, thing[0], thing.Length > 1 ? thing[1] : "", delivery.State, delivery.CreatedAt, delivery.Attempts,
                delivery.NextAttemptAt, delivery.EndedAt, delivery.LastReason is { } reason ? DeliveryText.Of(new DeliveryResult(DeliveryOutcome.Temporary, reason), culture) : "", delivery.LastWords ?? "");
        })];

    public Task<bool> RetryAsync(long delivery, string actor, CancellationToken cancellationToken) => alerts.RetryAsync(delivery, actor, cancellationToken);

    public Task<bool> AbandonAsync(long delivery, string actor, CancellationToken cancellationToken) => alerts.AbandonAsync(delivery, actor, cancellationToken);

    public async Task<IReadOnlyList<BoardAlert>> ListAlertsAsync(bool onlyOpen, int limit, CancellationToken cancellationToken) =>
        [.. (await alerts.ListAlertsAsync(onlyOpen, null, limit, cancellationToken)).Select(alert => new BoardAlert(
            alert.Id, alert.ThingType, alert.ThingName, Complete(alert), alert.State, alert.RunId, alert.Since, alert.Reminders, alert.NextReminderAt, alert.EndedAt, alert.EndedBy))];

    public Task<bool> DismissAsync(long alert, string actor, CancellationToken cancellationToken) => alerts.DismissAsync(alert, actor, cancellationToken);

    public async Task<AlertFrameSettings> ReadSettingsAsync(CancellationToken cancellationToken)
    {
        var options = await alerts.ReadOptionsAsync(cancellationToken);
        return new AlertFrameSettings(options.BaseUrl?.AbsoluteUri ?? "", options.ReminderHours);
    }

    public Task<string?> WriteSettingsAsync(AlertFrameSettings settings, string actor, CancellationToken cancellationToken) => CheckedAsync(() =>
    {
        var url = settings.BaseUrl.Trim();
        var parsed = url.Length == 0 ? null : Uri.TryCreate(url, UriKind.Absolute, out var given) ? given : throw new AlertSettingsException($"{url} is no address; give for example https://archive.example.jp:8462.");
        return alerts.WriteOptionsAsync(new AlertOptions(parsed, settings.ReminderHours), actor, cancellationToken);
    });

    private static async Task<string?> CheckedAsync(Func<Task> change)
    {
        try
        {
            await change();
            return null;
        }
        catch (AlertSettingsException e)
        {
            return e.Message;
        }
    }

    private static ChannelSettings SettingsOf(ChannelDraft draft) => draft.Kind switch
    {
        "smtp" => new SmtpSettings
        {
            Host = draft.Host, Port = draft.Port, Security = draft.Security, User = draft.User, Secret = draft.User is null ? null : draft.Password,
            From = draft.From, To = draft.To, TrustedCertificates = draft.TrustedCertificates,
        },
        "network-message" => new NetworkMessageSettings { Server = draft.Server, User = draft.User ?? "" },
        "pickup" => new PickupSettings { Directory = draft.Directory },
        _ => throw new AlertSettingsException($"There is no kind of channel {draft.Kind}."),
    };

    /// <summary>What the form does not show stays as it is.</summary>
    private static ChannelSettings Keep(ChannelSettings wanted, ChannelSettings? present) => (wanted, present) switch
    {
        (SmtpSettings now, SmtpSettings before) => now with { Timeout = before.Timeout },
        (NetworkMessageSettings now, NetworkMessageSettings before) => now with { Timeout = before.Timeout },
        (PickupSettings now, PickupSettings before) => now with { From = before.From, To = before.To },
        _ => wanted,
    };

    private static ChannelDraft? DraftOf(ChannelView channel)
    {
        var draft = new ChannelDraft(channel.Kind, channel.Name, channel.Language);
        return channel.Settings switch
        {
            SmtpSettings smtp => draft with
            {
                Host = smtp.Host, Port = smtp.Port, Security = smtp.Security, User = smtp.User, From = smtp.From, To = smtp.To, TrustedCertificates = smtp.TrustedCertificates,
            },
            NetworkMessageSettings message => draft with { Server = message.Server, User = message.User, Security = ConnectionSecurity.None },
            PickupSettings pickup => draft with { Directory = pickup.Directory },
            _ => null,
        };
    }

    /// <summary>Sentences name the thing and since when; not every situation brings them. Its own values come first.</summary>
    private static Situation Complete(AlertView alert)
    {
        var situation = alert.Situation;
        foreach (var (name, value) in new (string, string?)[]
        {
            ("since", Stamp(alert.Since)), ("at", Stamp(alert.LastSeenAt)), ("run", alert.RunId?.ToString(CultureInfo.InvariantCulture)),
            ("p", alert.ThingType == "profile" ? alert.ThingName : null), ("s", alert.ThingType == "store" ? alert.ThingName : null),
            ("store", alert.ThingType == "store" ? alert.ThingKey : null), ("b", alert.ThingType == "mailbox" ? alert.ThingName : null),
            ("name", alert.ThingName),
        })
        {
            situation = value is null || situation.Values.ContainsKey(name) ? situation : situation.With(name, value);
        }

        return situation;
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
