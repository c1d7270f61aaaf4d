using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Settings;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>
/// Opens, ends and closes alerts, in the transaction of what they tell: a crash leaves both or neither. One alert for each cause, which is a thing in a situation.
/// Puts a delivery for each channel into the outbox; sends nothing itself. Thread-safe.
/// </summary>
internal sealed class AlertDesk(IAuditTrail audit, TimeProvider time) : IRunTransitionSink, IAlertSource
{
    /// <summary>JobKind of an alert that no run ends.</summary>
    private const string NoKind = "";

    public async Task AddAsync(MasterContext context, JobRun run, string? actor, CancellationToken cancellationToken)
    {
        switch (run.State)
        {
            case RunState.Succeeded or RunState.CompletedWithWarnings:
                await RecoverByRunAsync(context, run, keep: [], cancellationToken);
                break;
            case RunState.Cancelled when actor is not null:
                await CloseOfRunAsync(context, run, actor, cancellationToken);
                break;
            case RunState.Cancelled or RunState.Skipped:
                break;
            default:
                await LookAtTroubleAsync(context, run, cancellationToken);
                break;
        }
    }

    public async Task RaiseAsync(
        MasterContext context, AlertThing thing, Situation situation, DateTimeOffset since, long? runId, CancellationToken cancellationToken)
    {
        var alert = AlertFacts.OfThing(thing, situation, AlertRules.StateOf(situation), since, time.GetUtcNow());
        await OpenAsync(context, thing, alert, new Seen(NoKind, runId), exceptChannel: null, cancellationToken);
    }

    public async Task RaiseOfRunAsync(MasterContext context, JobRun run, Situation situation, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var things = await RunThings.OfAsync(context, run, cancellationToken);
        var alert = (await AlertFacts.OfRunAsync(context, run, things.Own, things, situation, since, cancellationToken)) with { State = AlertRules.StateOf(situation) };
        await OpenAsync(context, things.Own, alert, new Seen(NoKind, run.Id), exceptChannel: null, cancellationToken);
    }

    public async Task RecoverAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken)
    {
        if (await FindOpenAsync(context, thing, situationKey, cancellationToken) is { } open)
        {
            await RecoverAsync(context, open, run: null, cancellationToken);
        }
    }

    public async Task CloseAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken)
    {
        if (await FindOpenAsync(context, thing, situationKey, cancellationToken) is { } open)
        {
            Close(open, actor: null, time.GetUtcNow());
        }
    }

    public async Task<int> CloseAllAsync(MasterContext context, string by, CancellationToken cancellationToken)
    {
        var open = await context.RaisedAlerts.Where(alert => alert.State == RaisedAlertState.Open).OrderBy(alert => alert.Id).ToListAsync(cancellationToken);
        foreach (var alert in open)
        {
            Close(alert, by, time.GetUtcNow());
            audit.Add(context, DismissalOf(alert, by) with { ActorKind = AuditActorKind.System });
        }

        return open.Count;
    }

    /// <summary>What the audit trail is told when an alert is ended by hand, or with all others.</summary>
    public static AuditEntry DismissalOf(RaisedAlert alert, string actor) =>
        new AuditEntry(AuditActions.AlertDismiss, actor) { Details = new() { ["situation"] = alert.SituationKey } }.About("alert", alert.Id, $"{alert.ThingType} {alert.ThingName}");

    private static Task<RaisedAlert?> FindOpenAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken)
    {
        var cause = CauseOf(thing, situationKey);
        return context.RaisedAlerts.SingleOrDefaultAsync(alert => alert.LiveCause == cause, cancellationToken);
    }

    /// <summary>A channel that did not take its alerts is told of on the others.</summary>
    public Task RaiseDeadChannelAsync(MasterContext context, AlertThing channel, Situation situation, DateTimeOffset since, int id, CancellationToken cancellationToken) =>
        OpenAsync(
            context, channel, AlertFacts.OfThing(channel, situation, AlertState.NeedsALook, since, time.GetUtcNow()), new Seen(NoKind, null), exceptChannel: id, cancellationToken);

    /// <summary>Ends an alert without telling anybody.</summary>
    public static void Close(RaisedAlert alert, string? actor, DateTimeOffset now) => End(alert, RaisedAlertState.Closed, now, actor);

    private async Task LookAtTroubleAsync(MasterContext context, JobRun run, CancellationToken cancellationToken)
    {
        var situation = SituationOf(run);
        var row = AlertRules.NeedsBackoffs(run) ? await ReadBackoffsAsync(context, run, cancellationToken) : default;
        if (!AlertRules.IsTold(run, situation, row))
        {
            return;
        }

        var things = await RunThings.OfAsync(context, run, cancellationToken);
        var thing = things.For(situation);
        var since = row.Count > 0 ? row.Since : run.StateSince;
        var alert = await AlertFacts.OfRunAsync(context, run, thing, things, situation, since, cancellationToken);
        await OpenAsync(context, thing, alert, new Seen(RunThings.RecoveringKind(run, situation), run.Id), exceptChannel: null, cancellationToken);
        if (run.State == RunState.CompletedWithErrors)
        {
            // It came to its end: what stopped it before does not any more, unless it is among its items.
            var items = await context.JobRunItems.Where(item => item.RunId == run.Id).Select(item => item.Situation).Distinct().ToListAsync(cancellationToken);
            await RecoverByRunAsync(context, run, [situation.Key, .. items], cancellationToken);
        }
    }

    /// <summary>What another version has written in another form is told as something unexpected: a run must be able to end.</summary>
    private static Situation SituationOf(JobRun run)
    {
        try
        {
            return run.SituationJson is { } json ? SituationJson.Read(json) : new Situation(SituationKeys.RunUnexpected, ErrorClass.Unknown);
        }
        catch (System.Text.Json.JsonException)
        {
            return new Situation(SituationKeys.RunUnexpected, ErrorClass.Unknown);
        }
    }

    private static async Task<BackoffRow> ReadBackoffsAsync(MasterContext context, JobRun run, CancellationToken cancellationToken)
    {
        var from = run.TriesFrom ?? DateTimeOffset.MinValue;
        var tries = await context.JobRunAttempts.AsNoTracking()
            .Where(attempt => attempt.RunId == run.Id && attempt.EndedAt >= from && attempt.EndState == RunState.Waiting)
            .OrderByDescending(attempt => attempt.Epoch).Take(100)
            .Select(attempt => new { attempt.StartedAt, attempt.ErrorClass })
            .ToListAsync(cancellationToken);
        var row = tries.TakeWhile(attempt => IsBackoff(attempt.ErrorClass)).ToList();
        return row.Count == 0 ? new BackoffRow(1, run.StateSince) : new BackoffRow(row.Count, row[^1].StartedAt);
    }

    private static bool IsBackoff(string? errorClass) => errorClass is nameof(ErrorClass.TransientNetwork) or nameof(ErrorClass.Throttled)
        or nameof(ErrorClass.Database) or nameof(ErrorClass.Unknown) or nameof(ErrorClass.Item) or nameof(ErrorClass.Derived);

    private async Task OpenAsync(
        MasterContext context, AlertThing thing, Alert alert, Seen seen, int? exceptChannel, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cause = CauseOf(thing, alert.Situation.Key);
        if (await context.RaisedAlerts.SingleOrDefaultAsync(open => open.LiveCause == cause, cancellationToken) is { } known)
        {
            Refresh(known, alert, seen, now);
            return;
        }

        var raised = new RaisedAlert
        {
            Cause = cause, LiveCause = cause, ThingType = thing.Type, ThingKey = thing.Key, ThingName = thing.Name, SituationKey = alert.Situation.Key,
            SituationJson = SituationJson.Write(alert.Situation), FactsJson = AlertFacts.Write(alert), JobKind = seen.JobKind, RunId = seen.RunId,
            Since = alert.Since, OpenedAt = now, LastSeenAt = now, NextReminderAt = now + await AlertSettings.ReadReminderAsync(context, cancellationToken),
        };
        context.RaisedAlerts.Add(raised);
        var channels = await context.AlertChannels.Where(channel => channel.IsEnabled && channel.Id != exceptChannel).Select(channel => channel.Id).ToListAsync(cancellationToken);
        AddDeliveries(context, raised, alert, channels, now);
    }

    /// <summary>It is told already; what is told next time, by a reminder, is what is so now.</summary>
    private static void Refresh(RaisedAlert known, Alert alert, Seen seen, DateTimeOffset now)
    {
        known.LastSeenAt = now;
        known.RunId = seen.RunId ?? known.RunId;
        known.SituationJson = SituationJson.Write(alert.Situation);
        known.FactsJson = AlertFacts.Write(alert with { Since = known.Since, Situation = alert.Situation.With("since", known.Since.ToString("O", System.Globalization.CultureInfo.InvariantCulture)) });
    }

    private async Task RecoverByRunAsync(MasterContext context, JobRun run, IReadOnlyCollection<string> keep, CancellationToken cancellationToken)
    {
        if (!await context.RaisedAlerts.AnyAsync(alert => alert.State == RaisedAlertState.Open, cancellationToken))
        {
            return;
        }

        var things = await RunThings.OfAsync(context, run, cancellationToken);
        foreach (var thing in new[] { things.Own, things.Store, RunThings.Database }.OfType<AlertThing>().Distinct())
        {
            var open = await context.RaisedAlerts
                .Where(alert => alert.State == RaisedAlertState.Open && alert.ThingType == thing.Type && alert.ThingKey == thing.Key
                    && (alert.JobKind == null || alert.JobKind == run.Kind))
                .ToListAsync(cancellationToken);
            foreach (var alert in open.Where(alert => !keep.Contains(alert.SituationKey)))
            {
                await RecoverAsync(context, alert, run, cancellationToken);
            }
        }
    }

    private async Task RecoverAsync(MasterContext context, RaisedAlert alert, JobRun? run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        End(alert, RaisedAlertState.Recovered, now, actor: null);

        // Who was never told that it does not work is not told that it works again.
        var channels = await context.AlertDeliveries.Where(delivery => delivery.AlertId == alert.Id).Select(delivery => delivery.ChannelId).Distinct().ToListAsync(cancellationToken);
        AddDeliveries(context, alert, AlertFacts.Recovered(AlertFacts.Read(alert.FactsJson), run, now), channels, now);
    }

    private async Task CloseOfRunAsync(MasterContext context, JobRun run, string actor, CancellationToken cancellationToken)
    {
        var open = await context.RaisedAlerts.Where(alert => alert.State == RaisedAlertState.Open && alert.RunId == run.Id).ToListAsync(cancellationToken);
        foreach (var alert in open)
        {
            Close(alert, actor, time.GetUtcNow());
        }
    }

    private static void End(RaisedAlert alert, RaisedAlertState state, DateTimeOffset now, string? actor)
    {
        alert.State = state;
        alert.LiveCause = null;
        alert.NextReminderAt = null;
        alert.EndedAt = now;
        alert.EndedBy = actor;
    }

    public static void AddDeliveries(MasterContext context, RaisedAlert raised, Alert alert, IEnumerable<int> channels, DateTimeOffset now)
    {
        var facts = AlertFacts.Write(alert);
        foreach (var channel in channels)
        {
            context.AlertDeliveries.Add(new AlertDelivery
            {
                Alert = raised, ChannelId = channel, Event = EventName(alert.Event), FactsJson = facts, CreatedAt = now, NextAttemptAt = now,
            });
        }
    }

    private static string EventName(AlertEvent alertEvent) => alertEvent switch
    {
        AlertEvent.Reminded => "reminded",
        AlertEvent.Recovered => "recovered",
        _ => "opened",
    };

    private static string CauseOf(AlertThing thing, string situationKey) => $"{thing.Type}|{thing.Key}|{situationKey}";

    /// <summary>By which run an alert was seen, and by which kind of run it ends.</summary>
    private readonly record struct Seen(string? JobKind, long? RunId);
}
