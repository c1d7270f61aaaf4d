using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Text;

/// <summary>What the pages say, in the language of the request: words.txt, the sentences of the situations, numbers and times.</summary>
public sealed class Words(TimeProvider time)
{
    private static readonly Lazy<TextSections> All = new(() => TextSections.Load(typeof(Words).Assembly, "words.txt"));

    public static bool IsJapanese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ja";

    public static string Language => IsJapanese ? "ja" : "en";

    private static CultureInfo Culture => IsJapanese ? Japanese : CultureInfo.InvariantCulture;

    private static readonly CultureInfo Japanese = CultureInfo.GetCultureInfo("ja");

    public DateTimeOffset Now => time.GetUtcNow();

    public TimeZoneInfo Zone => time.LocalTimeZone;

    /// <param name="key">section.name, for example <c>runs.title</c>. The key itself when there is no such text.</param>
    public string this[string key] => Find(key, "") ?? key;

    /// <summary>Null when there is no such text.</summary>
    public string? Maybe(string key) => Find(key, "");

    /// <summary>A text with values in its places {0}, {1}, …; a whole number in the first place chooses the English singular.</summary>
    public string Of(string key, params object?[] values)
    {
        var isOne = values is [1 or 1L, ..] && !IsJapanese;
        var pattern = (isOne ? Find(key, ".one") : null) ?? Find(key, "") ?? key;
        return string.Format(CultureInfo.InvariantCulture, pattern, [.. values.Select(Shown)]);
    }

    public static string Count(long number) => Quantities.Count(number);

    public static string Size(long bytes) => Quantities.Size(bytes);

    public static string Span(TimeSpan span) => Quantities.Span(TimeSpan.FromSeconds(Math.Max(0, Math.Round(span.TotalSeconds))), IsJapanese);

    /// <summary>"5 min ago"; the page puts the instant itself in the title.</summary>
    public string Ago(DateTimeOffset instant) => Of("time.ago", Rough(Now - instant));

    /// <summary>The largest unit only.</summary>
    public static string Rough(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => Span(TimeSpan.FromSeconds(Math.Max(1, Math.Floor(span.TotalSeconds)))),
        { TotalHours: < 1 } => Span(TimeSpan.FromMinutes(Math.Floor(span.TotalMinutes))),
        { TotalDays: < 2 } => Span(TimeSpan.FromHours(Math.Floor(span.TotalHours))),
        _ => Span(TimeSpan.FromDays(Math.Floor(span.TotalDays))),
    };

    /// <summary>With date, seconds and offset: for titles and details.</summary>
    public string Exact(DateTimeOffset instant) => $"{In(instant):yyyy-MM-dd HH:mm:ss} ({Offset(In(instant).Offset)})";

    /// <summary>Only the time when it is today, else the date with it.</summary>
    public string Brief(DateTimeOffset instant)
    {
        var local = In(instant);
        var today = In(Now).Date;
        return local.Date == today ? local.ToString("HH:mm", CultureInfo.InvariantCulture)
            : local.ToString((IsJapanese, local.Year == today.Year) switch
            {
                (true, true) => "M'月'd'日' HH:mm",
                (true, false) => "yyyy'年'M'月'd'日' HH:mm",
                (false, true) => "MMM d HH:mm",
                _ => "MMM d, yyyy HH:mm",
            }, CultureInfo.InvariantCulture);
    }

    public static bool HasSeconds(IEnumerable<DateTimeOffset> slots) => slots.Any(slot => slot.Second != 0);

    /// <summary>An instant of a schedule, to the second when it has seconds; without the date today.</summary>
    public string Slot(DateTimeOffset instant, TimeZoneInfo zone, bool withOffset = false, bool withSeconds = false)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var clock = local.ToString(local.Second == 0 && !withSeconds ? "HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);
        var day = local.Date == TimeZoneInfo.ConvertTime(Now, zone).Date && !withOffset ? ""
            : local.ToString(IsJapanese ? "M'月'd'日（'ddd'）'" : "ddd, MMM d, ", Culture);
        return day + clock + (withOffset ? IsJapanese ? $"（{Offset(local.Offset)}）" : $" ({Offset(local.Offset)})" : "");
    }

    public string Day(DateTimeOffset instant) =>
        IsJapanese ? In(instant).ToString("yyyy'年'M'月'd'日（'ddd'）'", Japanese) : In(instant).ToString("ddd, MMM d, yyyy", CultureInfo.InvariantCulture);

    public string ShortDay(DateOnly day) => day.ToString(IsJapanese ? "M'月'd'日'" : "MMM d", CultureInfo.InvariantCulture);

    public string ZoneName => Offset(In(Now).Offset);

    public DateTimeOffset In(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone);

    public string State(RunSummary run) => RunStateText.Label(run.State, run.State == RunState.Waiting && run.Reason == RunReason.None ? RunReason.Backoff : run.Reason, Culture);

    public string State(RunState state) => RunStateText.Label(state, RunReason.None, Culture);

    public string Trigger(RunTrigger trigger) => RunStateText.Label(trigger, Culture);

    public string What(RunSummary run, Situation situation) => SituationText.What(RunValues.Complete(run, situation), Culture, Zone, Now);

    public string ToDo(RunSummary run, Situation situation) => SituationText.ToDo(RunValues.Complete(run, situation), Culture, Zone, Now);

    public string What(Situation situation) => SituationText.What(situation, Culture, Zone, Now);

    public string ToDo(Situation situation) => SituationText.ToDo(situation, Culture, Zone, Now);

    /// <summary>The one line under a state.</summary>
    public string Why(RunSummary run, RunProgress? progress)
    {
        if (run.State == RunState.Running && progress is not { Total: not null, Left: not null })
        {
            return "";   // Without a total there is nothing honest to say about the rest.
        }

        var complete = run.Situation is { } situation ? run with { Situation = RunValues.Complete(run, situation) } : run;
        var isBad = run.State is RunState.CompletedWithErrors or RunState.CompletedWithWarnings or RunState.Waiting && run.Situation is not null;
        return isBad ? What(run, run.Situation!) : RunStateText.Line(complete, progress, Culture, Zone, Now);
    }

    /// <summary>What the kind is called in lists; its code name when this page does not know it.</summary>
    public string Kind(string kind) => Find("kind." + kind, "") ?? kind;

    /// <summary>What the button that starts one is called.</summary>
    public string Button(string kind) => Find("button." + kind, "") ?? Kind(kind);

    /// <summary>Which profile, store or other thing the run is about.</summary>
    public static string Subject(RunSummary run, IReadOnlyDictionary<int, string> stores) => Subject(run.ArgumentsJson, run.StoreId, stores);

    /// <param name="store">Null to look for it in the arguments.</param>
    public static string Subject(string argumentsJson, int? store, IReadOnlyDictionary<int, string> stores)
    {
        var arguments = RunValues.Arguments(argumentsJson);
        if (arguments.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String)
        {
            return name.GetString()!;
        }

        var number = store ?? (arguments.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var given) ? given : null);
        return number is { } one ? stores.GetValueOrDefault(one, one.ToString(CultureInfo.InvariantCulture))
            : arguments.TryGetProperty("path", out var path) && path.ValueKind == JsonValueKind.String ? path.GetString()! : "";
    }

    private static string? Find(string key, string suffix)
    {
        var dot = key.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? null : All.Value.Find(key[..dot], $"{key[(dot + 1)..]}.{Language}{suffix}");
    }

    private static object? Shown(object? value) => value switch
    {
        int number => Count(number),
        long number => Count(number),
        _ => value,
    };

    private static string Offset(TimeSpan offset) => offset == TimeSpan.Zero ? "UTC"
        : $"UTC{(offset < TimeSpan.Zero ? "-" : "+")}{Math.Abs(offset.Hours)}{(offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}")}";
}
