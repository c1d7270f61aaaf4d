using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Sentences about a run, with the run's own values in their places.</summary>
internal static class Sentences
{
    public static string What(RunView run, Situation situation) => SituationSentences.What(situation, SentenceLanguage.English, ValuesOf(run));

    public static string ToDo(RunView run, Situation situation) => SituationSentences.ToDoOnConsole(situation, ValuesOf(run));

    /// <summary>Nov 24, 02:00 (UTC+9)</summary>
    public static string Instant(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.Local);
        var offset = local.Offset;
        var zone = offset == TimeSpan.Zero ? "UTC"
            : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours)}{(offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):D2}")}");
        return $"{local.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture)} ({zone})";
    }

    private static Dictionary<string, string> ValuesOf(RunView run)
    {
        var since = Instant(run.EndedAt ?? run.StartedAt ?? run.CreatedAt);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["since"] = since,
            ["at"] = since,
            ["run"] = run.Id.ToString(CultureInfo.InvariantCulture),
            ["kind"] = run.Kind,
        };
        if (run.NextAttemptAt is { } next)
        {
            values["next"] = Instant(next);
        }

        if (run.Arguments["name"] is { } name)
        {
            values["p"] = name.ToString();
            values["job"] = $"archiving of profile \"{name}\"";
        }
        else
        {
            values["job"] = run.Kind;
        }

        if (run.Store is { } store)
        {
            values["store"] = values["s"] = store.ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }
}
