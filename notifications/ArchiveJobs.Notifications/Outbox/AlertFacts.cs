using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Notifications.Alerts;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>Gathers what there is to tell while the transaction is open. Host, links and language come when it is sent.</summary>
internal static class AlertFacts
{
    public static string Write(Alert alert) => JsonSerializer.Serialize(alert);

    /// <exception cref="JsonException">Not written by <see cref="Write"/>.</exception>
    public static Alert Read(string json) => JsonSerializer.Deserialize<Alert>(json) ?? throw new JsonException("No alert.");

    public static async Task<Alert> OfRunAsync(
        MasterContext context, JobRun run, AlertThing thing, RunThings things, Situation situation, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var facts = new List<AlertFact>();
        if (thing.Type == "profile")
        {
            facts.Add(await LastGoodRunAsync(context, thing, cancellationToken));
        }

        if (run is { State: RunState.Waiting, NotBefore: { } next })
        {
            facts.Add(run.Reason == RunReason.Authentication ? new AlertFact("until-then-login").With("next", next) : new AlertFact("next-try").With("at", next));
        }

        return OfThing(thing, Complete(run, things, situation, since), AlertRules.StateOf(run, situation), since, run.StateSince) with
        {
            Run = new AlertRun(run.Id, run.Kind) { Attempt = (int)run.Epoch, NextTry = run.State == RunState.Waiting ? run.NotBefore : null },
            Affected = thing.Type == "profile" ? new AffectedCounts(Profiles: 1) : new AffectedCounts(),
            Facts = [.. facts],
        };
    }

    public static Alert OfThing(AlertThing thing, Situation situation, AlertState state, DateTimeOffset since, DateTimeOffset at) => new()
    {
        Id = "",
        Event = AlertEvent.Opened,
        Severity = AlertRules.SeverityOf(situation),
        State = state,
        Subject = new AlertSubject(thing.Type, thing.Name, long.TryParse(thing.Key, CultureInfo.InvariantCulture, out var id) ? id : null),
        Situation = situation,
        Since = since,
        At = at,
        Host = "",
        Version = "",
    };

    /// <summary>What had been wrong, and what the run that worked has brought.</summary>
    /// <param name="run">Null when the watch saw it.</param>
    public static Alert Recovered(Alert opened, JobRun? run, DateTimeOffset at)
    {
        var situation = opened.Situation;
        if (opened.Subject.Type == "profile" && LenientJson.Number(run?.ResultJson, "counters", "archived") is { } archived)
        {
            situation = situation.With("caughtUp", archived).With("failed", LenientJson.Number(run?.ResultJson, "counters", "failed") ?? 0);
        }

        var isOfOneDay = at - opened.Since < TimeSpan.FromHours(20);
        return opened with
        {
            Event = AlertEvent.Recovered,
            Severity = AlertSeverity.Information,
            Situation = situation,
            At = at,
            Run = run is null ? null : new AlertRun(run.Id, run.Kind),
            Facts = [new AlertFact(isOfOneDay ? "stopped-for" : "stopped-for-days").With("from", opened.Since).With("to", at), new AlertFact("cause")],
        };
    }

    private static async Task<AlertFact> LastGoodRunAsync(MasterContext context, AlertThing thing, CancellationToken cancellationToken)
    {
        var name = thing.Name;
        var at = await context.Profiles.Where(profile => profile.Name == name).Select(profile => profile.LastGoodRunAt).FirstOrDefaultAsync(cancellationToken);
        return at is { } good ? new AlertFact("last-good-run").With("at", good) : new AlertFact("never-worked");
    }

    /// <summary>Sentences name the profile, the store, the next try; not every situation brings them. Its own values come first.</summary>
    private static Situation Complete(JobRun run, RunThings things, Situation situation, DateTimeOffset since)
    {
        var complete = situation;
        foreach (var (name, value) in new (string, string?)[]
        {
            ("since", Stamp(since)), ("at", Stamp(run.StateSince)), ("run", Invariant(run.Id)), ("kind", run.Kind), ("job", run.Kind),
            ("next", run.NotBefore is { } next ? Stamp(next) : null), ("p", things.Own.Type == "profile" ? things.Own.Name : null),
            ("s", things.Store?.Name), ("store", things.Store?.Key),
            ("n", Progress(run, "done")), ("m", Progress(run, "total")),
        })
        {
            if (value is not null && !complete.Values.ContainsKey(name))
            {
                complete = complete.With(name, value);
            }
        }

        return complete;
    }

    private static string? Progress(JobRun run, string name) => LenientJson.Number(run.ProgressJson, name) is { } number ? Invariant(number) : null;

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
