using ArchiveJobs.Core.Situations;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>What one pastes into a question to support: class, run, host, time in UTC, the server's own words.</summary>
internal sealed class DetailLines(Alert alert, AlertPhrases phrases)
{
    private const int MaxWords = 300;

    public IReadOnlyList<string> Lines()
    {
        List<string> lines = [string.Join(" | ", FirstLine())];
        lines.AddRange(new FactLines(alert, phrases).Of(alert.Details).Select(line => line.Label is null ? line.Value : $"{line.Label}: {line.Value}"));
        if (alert.Subject.Name.Length > VisibleText.MaxName)
        {
            lines.Add($"{Word("full-name")}: {MarkedText.Mark(VisibleText.Clean(alert.Subject.Name))}");
        }

        if (alert.Situation.ServerWords is { Length: > 0 } words)
        {
            var shown = VisibleText.Clean(words.Length > MaxWords ? words[..MaxWords] : words);
            lines.Add($"{Word(IsOfSystem ? "system" : "server")}: \"{MarkedText.Mark(shown)}\"");
        }

        return lines;
    }

    private IEnumerable<string> FirstLine()
    {
        if (phrases.IsOpen)
        {
            yield return Word("class", ("class", ClassName(alert.Situation)));
        }

        yield return alert.Run is { } run ? Run(run) : Word("host", ("host", alert.Host));
        yield return MailTimes.Utc(alert.At);
    }

    private string Run(AlertRun run)
    {
        (string, string)[] values =
        [
            ("run", Invariant(run.Id)), ("last", Invariant(run.LastId ?? run.Id)), ("kind", run.Arguments.Length == 0 ? run.Kind : $"{run.Kind} {run.Arguments}"),
            ("attempt", Invariant(run.Attempt)), ("max", Invariant(run.MaxAttempts ?? 0)), ("host", alert.Host),
        ];
        var attempt = run.Attempt == 0 ? "" : Word(run.MaxAttempts is null ? "attempt" : "attempt-of", values);
        return Word(run.LastId is null ? "run" : "runs", values) + attempt + Word("host-of-run", values);
    }

    private string Word(string name, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in values)
        {
            given[key] = value;
        }

        return phrases.Template.Find("frame", name, given) ?? name;
    }

    /// <summary>The words are of this host, not of a server that answered.</summary>
    private bool IsOfSystem => alert.Situation.Key.Split('.')[0] is "host" or "path" or "disk" or "store" or "backup" or "storage" or "database" or "run";

    // Short names of the table of situations; support looks for these. Situations that no run meets have no class of their own to retry by.
    private static string ClassName(Situation situation) => (situation.Class, situation.Key) switch
    {
        (ErrorClass.Authentication, _) => "Auth",
        (ErrorClass.Configuration, _) => "Config",
        (ErrorClass.StoreReadOnly, _) => "ReadOnly",
        (ErrorClass.Unknown, SituationKeys.ScheduleOverdue or SituationKeys.ScheduleNeverGood or SituationKeys.PlannerSilent or SituationKeys.MailboxSilent or SituationKeys.HostLost or SituationKeys.RunSlow
            or SituationKeys.KeyUnconfirmed or SituationKeys.CertificateExpiring or SituationKeys.StorageSlow) => "Watch",
        (ErrorClass.Unknown, SituationKeys.ChannelDead) => "Delivery",
        (ErrorClass.Unknown, SituationKeys.BackupBad) => "BackupCorrupt",
        (ErrorClass.Unknown, SituationKeys.RunBlocked) => "Poison",
        (ErrorClass.Unknown, SituationKeys.RunUnbalanced) => "Bug",
        _ => situation.Class.ToString(),
    };

    private static string Invariant(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
