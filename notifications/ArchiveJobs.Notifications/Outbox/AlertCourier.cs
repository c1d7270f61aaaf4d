using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Notifications.Channels;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>Takes what is due out of the outbox. A try is claimed by one conditional update, so that any number of hosts may work at once.</summary>
internal sealed class AlertCourier(
    IDbContextFactory<MasterContext> contexts, AlertSender sender, AlertReminders reminders, AlertDesk desk, IAuditTrail audit, TimeProvider time, NotificationsOptions options)
    : IAlertOutbox, IDisposable
{
    private const int PassLimit = 200;

    private readonly Guid _me = Guid.NewGuid();
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>One look: reminds, then tries all that is due, the channels side by side, the deliveries of a channel one after the other.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await reminders.PassAsync(cancellationToken);
            while (await FindDueAsync(cancellationToken) is { Count: > 0 } due)
            {
                var tried = await Task.WhenAll(due.GroupBy(delivery => delivery.ChannelId).Select(channel => TryChannelAsync([.. channel], cancellationToken)));
                if (tried.Sum() == 0)
                {
                    break;   // Others have them.
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<int> DeliverAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + patience;
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            while (await FindNextAsync(either.Token) is { } next && next <= until)
            {
                var wait = next - time.GetUtcNow();
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, either.Token);
                }

                await PassAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The time is over; what is left waits in the outbox.
        }

        await using var context = await contexts.CreateDbContextAsync(CancellationToken.None);
        return await context.AlertDeliveries.CountAsync(delivery => delivery.State == AlertDeliveryState.Pending, CancellationToken.None);
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>When the first of those that wait is due; null when none waits.</summary>
    private async Task<DateTimeOffset?> FindNextAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await context.AlertDeliveries
            .Where(delivery => delivery.State == AlertDeliveryState.Pending && (delivery.ClaimedUntil == null || delivery.ClaimedUntil < now))
            .OrderBy(delivery => delivery.NextAttemptAt).Select(delivery => (DateTimeOffset?)delivery.NextAttemptAt).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<List<AlertDelivery>> FindDueAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Due(context, time.GetUtcNow()).AsNoTracking().OrderBy(delivery => delivery.Id).Take(PassLimit).ToListAsync(cancellationToken);
    }

    /// <summary>Nobody hears that it works again before hearing that it does not: the notices of one cause go out in their order.</summary>
    private static IQueryable<AlertDelivery> Due(MasterContext context, DateTimeOffset now) => context.AlertDeliveries.Where(delivery =>
        delivery.State == AlertDeliveryState.Pending && delivery.NextAttemptAt <= now && (delivery.ClaimedUntil == null || delivery.ClaimedUntil < now)
        && !context.AlertDeliveries.Any(earlier => earlier.Alert!.Cause == delivery.Alert!.Cause && earlier.ChannelId == delivery.ChannelId
            && earlier.Id < delivery.Id && earlier.State == AlertDeliveryState.Pending));

    /// <returns>How many tries were made; a channel that failed is left alone until its next time.</returns>
    private async Task<int> TryChannelAsync(IReadOnlyList<AlertDelivery> due, CancellationToken cancellationToken)
    {
        var tried = 0;
        foreach (var delivery in due)
        {
            if (await ClaimAsync(delivery, cancellationToken) is not { } claimed)
            {
                continue;
            }

            tried++;
            var result = await SendAsync(claimed, cancellationToken);
            if (result.Outcome != DeliveryOutcome.Delivered)
            {
                break;
            }
        }

        return tried;
    }

    private async Task<AlertDelivery?> ClaimAsync(AlertDelivery seen, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var until = now + options.ClaimTime;
        var attempt = seen.Attempts + 1;
        var claimed = await Due(context, now).Where(delivery => delivery.Id == seen.Id && delivery.Attempts == seen.Attempts)
            .ExecuteUpdateAsync(
                set => set.SetProperty(delivery => delivery.ClaimedBy, (Guid?)_me).SetProperty(delivery => delivery.ClaimedUntil, (DateTimeOffset?)until)
                    .SetProperty(delivery => delivery.Attempts, attempt),
                cancellationToken);
        return claimed == 0 ? null : await context.AlertDeliveries.AsNoTracking().SingleAsync(delivery => delivery.Id == seen.Id, cancellationToken);
    }

    private async Task<DeliveryResult> SendAsync(AlertDelivery delivery, CancellationToken cancellationToken)
    {
        var startedAt = time.GetUtcNow();
        DeliveryResult result;
        try
        {
            // Crash in here: the claim runs out, the next try carries the same message id or file name.
            result = await sender.SendAsync(delivery, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await GiveBackAsync(delivery);
            throw;
        }

        await KeepAsync(delivery, result, startedAt);
        return result;
    }

    /// <summary>The process stops in the middle of a try: another may begin at once.</summary>
    private async Task GiveBackAsync(AlertDelivery delivery)
    {
        await using var context = await contexts.CreateDbContextAsync(CancellationToken.None);
        await Mine(context, delivery).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.ClaimedBy, (Guid?)null).SetProperty(row => row.ClaimedUntil, (DateTimeOffset?)null));
    }

    private IQueryable<AlertDelivery> Mine(MasterContext context, AlertDelivery delivery) => context.AlertDeliveries.Where(row =>
        row.Id == delivery.Id && row.ClaimedBy == _me && row.Attempts == delivery.Attempts && row.State == AlertDeliveryState.Pending);

    private async Task KeepAsync(AlertDelivery delivery, DeliveryResult result, DateTimeOffset startedAt)
    {
        await using var context = await contexts.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await context.Database.BeginTransactionAsync();
        var now = time.GetUtcNow();
        context.AlertDeliveryAttempts.Add(new AlertDeliveryAttempt
        {
            DeliveryId = delivery.Id, Number = delivery.Attempts, StartedAt = startedAt, EndedAt = now, Host = options.Host,
            Outcome = result.Outcome.ToString().ToLowerInvariant(), Reason = result.Reason.Length == 0 ? null : result.Reason,
            Words = result.Words.Length == 0 ? null : result.Words,
        });
        var row = await Mine(context, delivery).SingleOrDefaultAsync();
        if (row is null)
        {
            return;   // The channel was removed, or the try took longer than its claim and another has it: its result counts.
        }

        row.ClaimedBy = null;
        row.ClaimedUntil = null;
        row.LastReason = result.Reason.Length == 0 ? null : result.Reason;
        row.LastWords = result.Words.Length == 0 ? null : result.Words;
        if (result.Outcome == DeliveryOutcome.Delivered)
        {
            row.State = AlertDeliveryState.Delivered;
            row.EndedAt = now;
            await NoteWorkingAsync(context, row, now);
        }
        else
        {
            row.Remaining = result.Remaining.Count > 0 ? string.Join('\n', result.Remaining) : row.Remaining;
            await PlanNextAsync(context, row, result, now);
        }

        await context.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary>The channel works: what else waits for it goes at once.</summary>
    private async Task NoteWorkingAsync(MasterContext context, AlertDelivery delivered, DateTimeOffset now)
    {
        await context.AlertDeliveries
            .Where(row => row.ChannelId == delivered.ChannelId && row.Id != delivered.Id && row.State == AlertDeliveryState.Pending && row.NextAttemptAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NextAttemptAt, now));
        await desk.RecoverAsync(context, AlertThing.Of("channel", delivered.ChannelId, ""), SituationKeys.ChannelDead, CancellationToken.None);
    }

    /// <summary>A server that is down, or refuses the login, is not asked once for every delivery: the others wait with it, and for its reason.</summary>
    private static Task<int> HoldOthersAsync(MasterContext context, AlertDelivery row, DateTimeOffset next, DateTimeOffset now) => context.AlertDeliveries
        .Where(other => other.ChannelId == row.ChannelId && other.Id != row.Id && other.State == AlertDeliveryState.Pending && other.NextAttemptAt < next
            && (other.ClaimedUntil == null || other.ClaimedUntil < now))
        .ExecuteUpdateAsync(set => set
            .SetProperty(other => other.NextAttemptAt, next).SetProperty(other => other.LastReason, row.LastReason).SetProperty(other => other.LastWords, row.LastWords));

    private async Task PlanNextAsync(MasterContext context, AlertDelivery row, DeliveryResult result, DateTimeOffset now)
    {
        if (DeliveryPlan.Next(result.Outcome, row.Attempts, row.CreatedAt, now, options.GiveUpAfter) is { } next)
        {
            row.NextAttemptAt = next;
            if (result.Reason is not (DeliveryReasons.Rejected or DeliveryReasons.RecipientRefused or DeliveryReasons.Deferred))
            {
                await HoldOthersAsync(context, row, next, now);
            }

            return;
        }

        row.State = AlertDeliveryState.Abandoned;
        row.EndedAt = now;
        var channel = await context.AlertChannels.AsNoTracking().SingleAsync(one => one.Id == row.ChannelId);
        var waiting = await context.AlertDeliveries.CountAsync(other => other.ChannelId == row.ChannelId && other.State != AlertDeliveryState.Delivered);
        audit.Add(context, new AuditEntry(AuditActions.AlertAbandon, "alerts")
        {
            ActorKind = AuditActorKind.System, Result = AuditResult.Failure, Level = AuditLevel.Error,
            Details = new System.Text.Json.Nodes.JsonObject { ["delivery"] = row.Id, ["attempts"] = row.Attempts, ["reason"] = row.LastReason },
        }.About("alert", row.AlertId, channel.Name));
        var situation = new Situation(SituationKeys.ChannelDead, ErrorClass.Unknown)
            .With("channel", channel.Name).With("to", sender.Summary(channel)).With("n", waiting)
            .With("since", row.CreatedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        await desk.RaiseDeadChannelAsync(context, AlertThing.Of("channel", channel.Id, channel.Name), situation, row.CreatedAt, channel.Id, CancellationToken.None);
    }
}
