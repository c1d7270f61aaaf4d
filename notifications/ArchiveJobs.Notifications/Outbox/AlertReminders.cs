using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Settings;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>Tells again what lasts. Any number of hosts may do it: each reminder is one conditional update.</summary>
internal sealed class AlertReminders(IDbContextFactory<MasterContext> contexts, TimeProvider time)
{
    private const int PassLimit = 100;

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var due = await context.RaisedAlerts.AsNoTracking()
            .Where(alert => alert.State == RaisedAlertState.Open && alert.NextReminderAt <= now)
            .OrderBy(alert => alert.NextReminderAt).Take(PassLimit).ToListAsync(cancellationToken);
        foreach (var alert in due)
        {
            await RemindAsync(alert, now, cancellationToken);
        }
    }

    private async Task RemindAsync(RaisedAlert seen, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var next = now + await AlertSettings.ReadReminderAsync(context, cancellationToken);
        var number = seen.Reminders + 1;
        var changed = await context.RaisedAlerts
            .Where(alert => alert.Id == seen.Id && alert.State == RaisedAlertState.Open && alert.Reminders == seen.Reminders)
            .ExecuteUpdateAsync(set => set.SetProperty(alert => alert.Reminders, number).SetProperty(alert => alert.NextReminderAt, (DateTimeOffset?)next), cancellationToken);
        if (changed == 0)
        {
            return;
        }

        var alert = await context.RaisedAlerts.SingleAsync(one => one.Id == seen.Id, cancellationToken);
        if (await IsGoneAsync(context, alert, cancellationToken))
        {
            AlertDesk.Close(alert, actor: null, now);
        }
        else
        {
            var channels = await context.AlertChannels.Where(channel => channel.IsEnabled).Select(channel => channel.Id).ToListAsync(cancellationToken);
            AlertDesk.AddDeliveries(
                context, alert, AlertFacts.Read(alert.FactsJson) with { Event = AlertEvent.Reminded, Reminder = number }, channels, now);
        }

        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>Nobody is reminded of a profile, a store or a schedule that was removed.</summary>
    private static async Task<bool> IsGoneAsync(MasterContext context, RaisedAlert alert, CancellationToken cancellationToken) =>
        int.TryParse(alert.ThingKey, System.Globalization.CultureInfo.InvariantCulture, out var id) && alert.ThingType switch
        {
            "profile" => !await context.Profiles.AnyAsync(profile => profile.Id == id, cancellationToken),
            "store" => !await context.Stores.AnyAsync(store => store.Id == id, cancellationToken),
            "schedule" => !await context.Schedules.AnyAsync(schedule => schedule.Id == id, cancellationToken),
            "channel" => !await context.AlertChannels.AnyAsync(channel => channel.Id == id, cancellationToken),
            _ => false,
        };
}
