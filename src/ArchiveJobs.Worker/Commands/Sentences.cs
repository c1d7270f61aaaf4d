using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Sentences about a run, with the run's own values in their places.</summary>
internal static class Sentences
{
    public static string What(ShownRun run, Situation situation) =>
        Plain(SituationText.What(Complete(run, situation), CultureInfo.InvariantCulture, TimeZoneInfo.Local, run.Summary.StateSince));

    public static string ToDo(ShownRun run, Situation situation) =>
        Plain(SituationText.ToDoOnConsole(Complete(run, situation), TimeZoneInfo.Local, run.Summary.StateSince));

    /// <summary>A console has straight quotes.</summary>
    private static string Plain(string sentence) => sentence.Replace('“', '"').Replace('”', '"');

    /// <summary>The situation's own values come first.</summary>
    private static Situation Complete(ShownRun run, Situation situation) => situation with
    {
        Values = situation.Values.AddRange(ValuesOf(run).ExceptBy(situation.Values.Keys, value => value.Key)),
    };

    private static Dictionary<string, string> ValuesOf(ShownRun run)
    {
        var summary = run.Summary;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["since"] = Stamp(summary.StateSince),
            ["at"] = Stamp(summary.StateSince),
            ["run"] = run.Id.ToString(CultureInfo.InvariantCulture),
            ["kind"] = run.Kind,
            ["job"] = run.Kind,
            ["person"] = run.View?.CancelRequestedBy ?? summary.RequestedBy,
        };
        if (summary.Next is { } next && !run.State.IsFinal())
        {
            values["next"] = Stamp(next);
        }

        if (run.Arguments["name"] is { } name)
        {
            values["p"] = name.ToString();
        }

        if (summary.StoreId is { } store)
        {
            values["store"] = values["s"] = store.ToString(CultureInfo.InvariantCulture);
        }

        if (run.View?.Progress is { } progress)
        {
            values["n"] = progress.Done.ToString(CultureInfo.InvariantCulture);
            if (progress.Total is { } total)
            {
                values["m"] = total.ToString(CultureInfo.InvariantCulture);
            }
        }

        return values;
    }

    private static string Stamp(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);
}
