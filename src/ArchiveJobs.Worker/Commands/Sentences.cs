using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Sentences about a run, with the run's own values in their places.</summary>
internal static class Sentences
{
    private static readonly string[] InstantNames = ["since", "at", "next", "date", "from", "to"];
    private static readonly string[] CountNames = ["n", "m", "k"];

    public static string What(ShownRun run, Situation situation) => SituationSentences.What(Readable(situation), SentenceLanguage.English, ValuesOf(run));

    public static string ToDo(ShownRun run, Situation situation) => SituationSentences.ToDoOnConsole(Readable(situation), ValuesOf(run));

    /// <summary>Nov 24, 02:00 (UTC+9)</summary>
    public static string Instant(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var offset = local.Offset;
        var name = offset == TimeSpan.Zero ? "UTC"
            : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours)}{(offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):D2}")}");
        return $"{local.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture)} ({name})";
    }

    /// <summary>Situations carry instants and numbers as machines write them.</summary>
    private static Situation Readable(Situation situation)
    {
        var values = situation.Values;
        foreach (var name in InstantNames)
        {
            if (values.TryGetValue(name, out var text)
                && DateTimeOffset.TryParseExact(text, ["O", "u"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            {
                values = values.SetItem(name, Instant(instant, TimeZoneInfo.Local));
            }
        }

        foreach (var name in CountNames)
        {
            if (values.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                values = values.SetItem(name, Cli.Numbers.Count(count));
            }
        }

        return situation with { Values = values };
    }

    private static Dictionary<string, string> ValuesOf(ShownRun run)
    {
        var summary = run.Summary;
        var since = Instant(summary.StateSince, TimeZoneInfo.Local);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["since"] = since,
            ["at"] = since,
            ["run"] = run.Id.ToString(CultureInfo.InvariantCulture),
            ["kind"] = run.Kind,
            ["job"] = run.Kind,
            ["person"] = run.View?.CancelRequestedBy ?? summary.RequestedBy,
        };
        if (summary.Next is { } next && !run.State.IsFinal())
        {
            values["next"] = Instant(next, TimeZoneInfo.Local);
        }

        if (run.Arguments["name"] is { } name)
        {
            values["p"] = name.ToString();
            values["job"] = $"archiving of profile \"{name}\"";
        }

        if (summary.StoreId is { } store)
        {
            values["store"] = values["s"] = store.ToString(CultureInfo.InvariantCulture);
        }

        if (run.View?.Progress is { } progress)
        {
            values["n"] = Cli.Numbers.Count(progress.Done);
            values["m"] = progress.Total is { } total ? Cli.Numbers.Count(total) : "…";
        }

        return values;
    }
}
