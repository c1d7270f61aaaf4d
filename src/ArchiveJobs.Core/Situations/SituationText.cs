using System.Globalization;
using System.Text;

namespace ArchiveJobs.Core.Situations;

/// <summary>
/// Sentences for people, in English or Japanese, from a situation and its values. Nothing here throws: a value that is missing is shown as "…",
/// a key that this version does not know as itself.
/// </summary>
public static class SituationText
{
    /// <summary>What does not work, which thing, since when.</summary>
    /// <param name="culture">Japanese for "ja", English for every other.</param>
    /// <param name="zone">Zone of the reader; each time says its offset.</param>
    /// <param name="now">Times of its year are shown without the year; null shows it always.</param>
    public static string What(Situation situation, CultureInfo culture, TimeZoneInfo zone, DateTimeOffset? now = null)
    {
        var text = Render(situation.Key, "what", situation.Values, culture, zone, now) ?? situation.Key;

        // A sentence may begin with the name of a job ("backup “Daily” …"), but also with a host, which keeps its case.
        return situation.Values.TryGetValue("job", out var kind) && text.StartsWith(JobName(kind, situation.Values, culture), StringComparison.Ordinal)
            ? char.ToUpperInvariant(text[0]) + text[1..]
            : text;
    }

    /// <summary>What to do about it. Empty when nothing is known of this key.</summary>
    public static string ToDo(Situation situation, CultureInfo culture, TimeZoneInfo zone, DateTimeOffset? now = null) =>
        Render(situation.Key, "todo", situation.Values, culture, zone, now) ?? "";

    /// <summary>As <see cref="ToDo"/>, with commands in place of buttons. English only.</summary>
    public static string ToDoOnConsole(Situation situation, TimeZoneInfo zone, DateTimeOffset? now = null) =>
        Render(situation.Key, "todo.console", situation.Values, CultureInfo.InvariantCulture, zone, now) ?? ToDo(situation, CultureInfo.InvariantCulture, zone, now);

    /// <summary>A label without values, for example <c>trigger.manual</c>; the key itself when there is none.</summary>
    public static string Label(string key, CultureInfo culture) =>
        Render(key, "text", NoValues, culture, TimeZoneInfo.Utc, null) ?? key;

    /// <summary>A label with values, for example <c>line.waiting</c> with next.</summary>
    public static string Label(
        string key, IReadOnlyDictionary<string, string> values, CultureInfo culture, TimeZoneInfo zone, DateTimeOffset? now = null) =>
        Render(key, "text", values, culture, zone, now) ?? key;

    /// <summary>A label that may not exist.</summary>
    public static bool Has(string key) => Sentences.All.Find(key, "text.en") is not null;

    /// <summary>How a job is called inside a sentence: "archiving of profile “Sales”". The kind itself when it has no name here.</summary>
    /// <param name="values">p, s or name say which one.</param>
    public static string JobName(string kind, IReadOnlyDictionary<string, string> values, CultureInfo culture)
    {
        var section = "job." + kind.ToLowerInvariant();
        var named = Render(section, "named", values, culture, TimeZoneInfo.Utc, null);
        return named is not null && !named.Contains(ValueText.Missing, StringComparison.Ordinal)
            ? named
            : Render(section, "text", values, culture, TimeZoneInfo.Utc, null) ?? kind;
    }

    private static readonly Dictionary<string, string> NoValues = [];

    private static string? Render(
        string section, string name, IReadOnlyDictionary<string, string> values, CultureInfo culture, TimeZoneInfo zone, DateTimeOffset? now)
    {
        var isJapanese = culture.TwoLetterISOLanguageName == "ja";
        var pattern = FindPattern(section, name, values, isJapanese);
        if (pattern is null)
        {
            return null;
        }

        var text = new StringBuilder(pattern.Length + 64);
        var format = new ValueText(isJapanese, culture, zone, now);
        for (var at = 0; at < pattern.Length;)
        {
            var open = pattern.IndexOf('{', at);
            var close = open < 0 ? -1 : pattern.IndexOf('}', open);
            if (close < 0)
            {
                return text.Append(pattern, at, pattern.Length - at).ToString();
            }

            text.Append(pattern, at, open - at);
            text.Append(format.Format(pattern[(open + 1)..close], values));
            at = close + 1;
        }

        return text.ToString();
    }

    private static string? FindPattern(string section, string name, IReadOnlyDictionary<string, string> values, bool isJapanese)
    {
        var all = Sentences.All;
        if (isJapanese)
        {
            return all.Find(section, name + ".ja");
        }

        var isOne = all.Find(section, "count") is { } count && values.TryGetValue(count, out var number) && number == "1";
        return (isOne ? all.Find(section, name + ".en.one") : null) ?? all.Find(section, name + ".en");
    }
}
