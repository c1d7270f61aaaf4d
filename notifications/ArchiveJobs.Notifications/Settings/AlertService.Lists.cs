using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Notifications.Outbox;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Settings;

internal sealed partial class AlertService
{
    private const int MaxPage = 500;

    public async Task<IReadOnlyList<DeliveryView>> ListDeliveriesAsync(AlertDeliveryState? state, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var rows = context.AlertDeliveries.AsNoTracking();
        rows = state is { } wanted ? rows.Where(delivery => delivery.State == wanted) : rows;
        rows = beforeId is { } before ? rows.Where(delivery => delivery.Id < before) : rows;
        var page = await rows.OrderByDescending(delivery => delivery.Id).Take(Math.Clamp(limit, 1, MaxPage))
            .Join(context.AlertChannels, delivery => delivery.ChannelId, channel => channel.Id, (delivery, channel) => new { delivery, channel.Name })
            .Join(context.RaisedAlerts, row => row.delivery.AlertId, alert => alert.Id, (row, alert) => new { row.delivery, row.Name, alert.ThingType, alert.ThingName, alert.SituationKey })
            .OrderByDescending(row => row.delivery.Id)
            .ToListAsync(cancellationToken);
        return page.ConvertAll(row => new DeliveryView(
            row.delivery.Id, row.delivery.AlertId, row.delivery.ChannelId, row.Name, row.delivery.Event, $"{row.ThingType} {row.ThingName}", row.SituationKey, row.delivery.State,
            row.delivery.CreatedAt, row.delivery.Attempts, row.delivery.State == AlertDeliveryState.Pending ? row.delivery.NextAttemptAt : null,
            row.delivery.LastReason, row.delivery.LastWords, row.delivery.EndedAt));
    }

    public async Task<IReadOnlyList<AlertDeliveryAttempt>> ListAttemptsAsync(long deliveryId, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        return await context.AlertDeliveryAttempts.AsNoTracking().Where(attempt => attempt.DeliveryId == deliveryId)
            .OrderBy(attempt => attempt.Number).Take(MaxPage).ToListAsync(cancellationToken);
    }

    public async Task<bool> RetryAsync(long deliveryId, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var changed = await context.AlertDeliveries.Where(delivery => delivery.Id == deliveryId && delivery.State != AlertDeliveryState.Delivered)
            .ExecuteUpdateAsync(
                set => set.SetProperty(delivery => delivery.State, AlertDeliveryState.Pending).SetProperty(delivery => delivery.NextAttemptAt, now)
                    .SetProperty(delivery => delivery.CreatedAt, now).SetProperty(delivery => delivery.EndedAt, (DateTimeOffset?)null),
                cancellationToken);
        if (changed > 0)
        {
            audit.Add(context, new AuditEntry(AuditActions.AlertRetry, actor).About("delivery", deliveryId, null));
            await context.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return changed > 0;
    }

    public async Task<bool> AbandonAsync(long deliveryId, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var now = time.GetUtcNow();
        var changed = await context.AlertDeliveries
            .Where(delivery => delivery.Id == deliveryId && delivery.State == AlertDeliveryState.Pending && (delivery.ClaimedUntil == null || delivery.ClaimedUntil < now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(delivery => delivery.State, AlertDeliveryState.Abandoned).SetProperty(delivery => delivery.EndedAt, (DateTimeOffset?)now), cancellationToken);
        if (changed > 0)
        {
            audit.Add(context, new AuditEntry(AuditActions.AlertAbandon, actor).About("delivery", deliveryId, null));
            await context.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return changed > 0;
    }

    public async Task<IReadOnlyList<AlertView>> ListAlertsAsync(bool onlyOpen, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var rows = context.RaisedAlerts.AsNoTracking();
        rows = onlyOpen ? rows.Where(alert => alert.State == RaisedAlertState.Open) : rows;
        rows = beforeId is { } before ? rows.Where(alert => alert.Id < before) : rows;
        var page = await rows.OrderByDescending(alert => alert.Id).Take(Math.Clamp(limit, 1, MaxPage)).ToListAsync(cancellationToken);
        return page.ConvertAll(alert => new AlertView(
            alert.Id, alert.ThingType, alert.ThingKey, alert.ThingName, SituationJson.Read(alert.SituationJson), alert.State, alert.RunId, alert.Since, alert.LastSeenAt,
            alert.Reminders, alert.NextReminderAt, alert.EndedAt, alert.EndedBy));
    }

    public async Task<bool> DismissAsync(long alertId, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await context.RaisedAlerts.SingleOrDefaultAsync(alert => alert.Id == alertId && alert.State == RaisedAlertState.Open, cancellationToken) is not { } open)
        {
            return false;
        }

        AlertDesk.Close(open, actor, time.GetUtcNow());
        audit.Add(context, AlertDesk.DismissalOf(open, actor));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    public async Task<AlertOptions> ReadOptionsAsync(CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        return new AlertOptions(await AlertSettings.ReadBaseUrlAsync(context, cancellationToken), (int)(await AlertSettings.ReadReminderAsync(context, cancellationToken)).TotalHours);
    }

    public async Task WriteOptionsAsync(AlertOptions options, string actor, CancellationToken cancellationToken)
    {
        if (options.BaseUrl is { } url && (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)))
        {
            throw new AlertSettingsException("The base URL is an http or https address, for example https://archive.example.jp:8462.");
        }

        if (options.ReminderHours is < 1 or > 24 * 365)
        {
            throw new AlertSettingsException("The hours between reminders are 1 to 8,760.");
        }

        await using var context = await OpenAsync(cancellationToken);
        await settings.WriteAsync(context, AlertSettings.BaseUrlName, options.BaseUrl?.AbsoluteUri, cancellationToken);
        await settings.WriteAsync(context, AlertSettings.ReminderName, options.ReminderHours.ToString(CultureInfo.InvariantCulture), cancellationToken);
        audit.Add(context, new AuditEntry(AuditActions.SettingsChange, actor)
        {
            Details = new JsonObject { [AlertSettings.BaseUrlName] = options.BaseUrl?.AbsoluteUri, [AlertSettings.ReminderName] = options.ReminderHours },
        }.About("setting", "alerts", null));
        await context.SaveChangesAsync(cancellationToken);
    }
}
