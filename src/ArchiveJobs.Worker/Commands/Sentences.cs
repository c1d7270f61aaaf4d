using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Sentences about a run, with the run's own values in their places.</summary>
internal static class Sentences
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static string What(ShownRun run, Situation situation) => Straight(Capital(SituationText.What(Complete(run, situation), English, TimeZoneInfo.Local, NowOf(run)), run));

    /// <summary>With commands in place of buttons where there is one.</summary>
    public static string ToDo(ShownRun run, Situation situation) =>
        Straight(SituationText.ToDoOnConsole(Complete(run, situation), TimeZoneInfo.Local, NowOf(run)));

    /// <summary>Nov 24, 02:00 (UTC+9)</summary>
    public static string Instant(DateTimeOffset instant, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var offset = local.Offset;
        var name = offset == TimeSpan.Zero ? "UTC"
            : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(offset.Hours)}{(offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):D2}")}");
        return $"{local.ToString("MMM d, HH:mm", CultureInfo.InvariantCulture)} ({name})";
    }

    /// <summary>The situation's own values, and for places without one those of the run.</summary>
    private static Situation Complete(ShownRun run, Situation situation)
    {
        var complete = situation;
        foreach (var (name, value) in ValuesOf(run))
        {
            if (!complete.Values.ContainsKey(name))
            {
                complete = complete.With(name, value);
            }
        }

        // Counts of runs, not of messages: this one waits, of others nothing is known here.
        return situation.Class is ErrorClass.StoreFull or ErrorClass.StoreReadOnly or ErrorClass.StoreOffline && !situation.Values.ContainsKey("n")
            ? complete.With("n", 1)
            : complete;
    }

    /// <summary>The console writes quotation marks that can be typed.</summary>
    private static string Straight(string text) => text.Replace('“', '"').Replace('”', '"');

    /// <summary>A sentence may begin with the name of the job, which is written small inside of one.</summary>
    private static string Capital(string text, ShownRun run) =>
        text.StartsWith(SituationText.JobName(run.Kind, ValuesOf(run), English), StringComparison.Ordinal) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    /// <summary>A year is shown when it is not the one in which the run came into its state.</summary>
    private static DateTimeOffset NowOf(ShownRun run) => run.Summary.StateSince;

    private static Dictionary<string, string> ValuesOf(ShownRun run)
    {
        var summary = run.Summary;
        var since = Stamp(summary.StateSince);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["since"] = since,
            ["at"] = since,
            ["run"] = run.Id.ToString(CultureInfo.InvariantCulture),
            ["kind"] = run.Kind,
            ["job"] = run.Kind,
            ["person"] = run.View?.CancelRequestedBy ?? summary.RequestedBy,
            ["item"] = "before the first message",
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
            values["m"] = progress.Total?.ToString(CultureInfo.InvariantCulture) ?? "…";
            if (progress.Done > 0)
            {
                values["item"] = $"after message {Cli.Numbers.Count(progress.Done)}";
            }
        }

        return values;
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
