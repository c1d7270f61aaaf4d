using System.Collections.Immutable;
using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Runs;

/// <summary>Labels of states for people, in English and Japanese.</summary>
public static class RunStateText
{
    /// <summary>For example "Waiting: password".</summary>
    public static string Label(RunState state, RunReason reason, CultureInfo culture)
    {
        var key = "state." + Word(state);
        var narrow = key + "." + Word(reason);
        return SituationText.Label(reason != RunReason.None && SituationText.Has(narrow) ? narrow : key, culture);
    }

    /// <summary>The one line under the label. Failed, and waits that nothing but a person ends, have the sentence of their situation instead.</summary>
    public static string Line(RunSummary run, RunProgress? progress, CultureInfo culture, TimeZoneInfo zone, DateTimeOffset now)
    {
        var key = "line." + Word(run.State);
        var saysMore = run.Situation is not null && (run.State == RunState.Failed || (run.State == RunState.Waiting && run.Next is null));
        if (saysMore || (!SituationText.Has(key) && run.Situation is not null))
        {
            return SituationText.What(run.Situation!, culture, zone, now);
        }

        return run.State == RunState.Waiting && run.Next is null ? "" : SituationText.Label(key, ValuesOf(run, progress), culture, zone, now);
    }

    public static string Label(RunTrigger trigger, CultureInfo culture) => SituationText.Label("trigger." + Word(trigger), culture);

    private static ImmutableSortedDictionary<string, string> ValuesOf(RunSummary run, RunProgress? progress)
    {
        var values = run.Situation?.Values ?? ImmutableSortedDictionary<string, string>.Empty;
        values = run.Next is { } next ? values.SetItem("next", next.ToString("O", CultureInfo.InvariantCulture)) : values;
        if (progress is null)
        {
            return values;
        }

        values = values.SetItem("done", progress.Done.ToString(CultureInfo.InvariantCulture));
        values = progress.Total is { } total ? values.SetItem("total", total.ToString(CultureInfo.InvariantCulture)) : values;
        return progress.Left is { } left ? values.SetItem("left", TimeSpan.FromSeconds(Math.Round(left.TotalSeconds)).ToString("c", CultureInfo.InvariantCulture)) : values;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
