using System.Globalization;
using System.Text;

namespace ArchiveJobs.Core.Situations;

/// <summary>How each kind of value is written in a sentence. The name of a value says what it is; a value that does not fit its name is shown as it stands.</summary>
internal sealed class ValueText(bool isJapanese, CultureInfo culture, TimeZoneInfo zone, DateTimeOffset? now)
{
    public const string Missing = "…";

    private const int MaxName = 40;

    /// <summary>Rooms that say the whole word mean the same.</summary>
    private static readonly Dictionary<string, string> OtherNames = new() { ["b"] = "mailbox", ["s"] = "store", ["p"] = "profile" };

    private static readonly HashSet<string> Times = ["since", "at", "next", "date", "from", "to", "start"];
    private static readonly HashSet<string> Counts = ["n", "m", "k", "row", "row2", "done", "total"];
    private static readonly HashSet<string> Sizes = ["size", "limit", "free", "need", "gain", "missing"];
    private static readonly HashSet<string> Durations = ["time", "left", "age", "usual"];
    private static readonly HashSet<string> Names = ["p", "s", "name", "folder", "file", "channel", "item"];

    public string Format(string name, IReadOnlyDictionary<string, string> values)
    {
        var value = values.GetValueOrDefault(name) ?? (OtherNames.TryGetValue(name, out var other) ? values.GetValueOrDefault(other) : null);
        if (string.IsNullOrEmpty(value))
        {
            return Missing;
        }

        return name switch
        {
            "job" => SituationText.JobName(value, values, culture),
            "reason" => Labeled("reason.", value) ?? Clean(value),
            "item" when Labeled("place.", value) is { } place => place,
            _ when Times.Contains(name) => Time(value) ?? Clean(value),
            _ when Counts.Contains(name) => Count(value) ?? Clean(value),
            _ when Sizes.Contains(name) => Size(value) ?? Clean(value),
            _ when Durations.Contains(name) => Duration(value) ?? Clean(value),
            _ when Names.Contains(name) => Cut(Clean(value)),
            _ => Clean(value),
        };
    }

    private string? Labeled(string prefix, string value) =>
        SituationText.Has(prefix + value) ? SituationText.Label(prefix + value, culture) : null;

    private static string? Count(string value) =>
        long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? Quantities.Count(number) : null;

    private static string? Size(string value) =>
        long.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes) ? Quantities.Size(bytes) : null;

    private string? Duration(string value) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) ? Quantities.Span(span, isJapanese) : null;

    /// <summary>In the zone of the reader, with its offset, 24 hours; the year when it is another than now's.</summary>
    private string? Time(string value)
    {
        if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return null;
        }

        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var withYear = now is not { } today || TimeZoneInfo.ConvertTime(today, zone).Year != local.Year;
        var format = (isJapanese, withYear) switch
        {
            (true, true) => "yyyy'年'M'月'd'日' HH:mm",
            (true, false) => "M'月'd'日' HH:mm",
            (false, true) => "MMM d, yyyy, HH:mm",
            (false, false) => "MMM d, HH:mm",
        };
        var text = local.ToString(format, CultureInfo.InvariantCulture);
        return isJapanese ? $"{text}（{Offset(local.Offset)}）" : $"{text} ({Offset(local.Offset)})";
    }

    private static string Offset(TimeSpan offset)
    {
        if (offset == TimeSpan.Zero)
        {
            return "UTC";
        }

        var sign = offset < TimeSpan.Zero ? "-" : "+";
        var plain = offset.Duration();
        return "UTC" + sign + Invariant(plain.Hours) + (plain.Minutes == 0 ? "" : plain.ToString(@"\:mm", CultureInfo.InvariantCulture));
    }

    /// <summary>Cut in the middle, never through a surrogate pair.</summary>
    private static string Cut(string name)
    {
        if (name.Length <= MaxName)
        {
            return name;
        }

        var half = (MaxName - 1) / 2;
        var head = char.IsHighSurrogate(name[half - 1]) ? half - 1 : half;
        var tail = char.IsLowSurrogate(name[^half]) ? half - 1 : half;
        return name[..head] + "…" + name[^tail..];
    }

    /// <summary>Control and direction characters could change what the reader sees.</summary>
    private static string Clean(string value)
    {
        if (!value.Any(IsHidden))
        {
            return value;
        }

        var clean = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            clean.Append(IsHidden(character) ? '\uFFFD' : character);
        }

        return clean.ToString();
    }

    private static bool IsHidden(char character) => char.IsControl(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
