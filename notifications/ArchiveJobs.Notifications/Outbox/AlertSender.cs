using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Notifications.Templates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>Puts one delivery into the words of its channel's reader and sends it. Writes nothing.</summary>
internal sealed class AlertSender(
    IDbContextFactory<MasterContext> contexts, ChannelBook book, AlertSettings settings, TimeProvider time, NotificationsOptions options, ILogger<AlertSender> logger)
{
    private const int MaxWords = 300;

    public async Task<DeliveryResult> SendAsync(AlertDelivery delivery, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var channel = await context.AlertChannels.AsNoTracking().SingleOrDefaultAsync(one => one.Id == delivery.ChannelId, cancellationToken);
        if (channel is null)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid, "The channel was removed.");
        }

        var alert = AlertFacts.Read(delivery.FactsJson) with { Id = delivery.AlertId.ToString(CultureInfo.InvariantCulture) };
        return await SendAsync(context, channel, alert, delivery.Remaining?.Split('\n'), cancellationToken);
    }

    /// <param name="recipients">Those that are left; null for all.</param>
    public async Task<DeliveryResult> SendAsync(
        MasterContext context, AlertChannel channel, Alert alert, string[]? recipients, CancellationToken cancellationToken)
    {
        try
        {
            var chosen = book.Read(channel);
            var framed = Frame(alert, await settings.ReadFrameAsync(context, cancellationToken));
            var reader = new AlertReader(CultureInfo.GetCultureInfo(channel.Language), time.LocalTimeZone, AlertWords.All.Find("rule", $"failures.{channel.Language}") ?? "", channel.Name);
            return await book.Find(channel.Kind)!.SendAsync(AlertRenderer.Render(framed, reader), recipients is null ? chosen : chosen.For(recipients), cancellationToken);
        }
        catch (Exception e) when (e is JsonException or ArchiveException)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid, Cut(e.Message));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One delivery that cannot be sent must not stop the others.
            Log.SendFailed(logger, e, channel.Id);
            return new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.Unexpected, Cut($"{e.GetType().Name}: {e.Message}"));
        }
    }

    /// <summary>Where the channel goes, in one line without secrets.</summary>
    public string Summary(AlertChannel channel)
    {
        try
        {
            return book.Find(channel.Kind)!.Summary(book.ReadWithoutSecret(channel));
        }
        catch (JsonException)
        {
            return channel.Kind;
        }
    }

    private Alert Frame(Alert alert, AlertFrame frame) => alert with
    {
        Host = options.Host, Version = options.Version, Installation = frame.Installation,
        Links = frame.BaseUrl is { } site
            ? new AlertLinks { Do = PageOf(site, alert), Run = alert.Run is { } run ? Page(site, $"runs/{run.Id.ToString(CultureInfo.InvariantCulture)}") : null }
            : new AlertLinks(),
    };

    private static Uri? PageOf(Uri site, Alert alert) => alert.Subject.Type switch
    {
        "profile" => Page(site, alert.Subject.Id is { } id ? $"profiles/{id.ToString(CultureInfo.InvariantCulture)}" : "profiles"),
        "store" => Page(site, "stores"),
        "schedule" => Page(site, "schedules"),
        "audit" => Page(site, "audit"),
        "channel" => Page(site, "alerts"),
        _ => null,
    };

    private static Uri Page(Uri site, string path) => new(new Uri(site.AbsoluteUri.TrimEnd('/') + "/"), path);

    private static string Cut(string text) => text.Length <= MaxWords ? text : text[..MaxWords];
}
