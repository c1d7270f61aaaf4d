using System.Globalization;
using System.Text;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>Fills the texts of words.txt for one reader. Nothing here throws: a value that is missing is shown as "…".</summary>
internal sealed class Template(bool isJapanese, TimeZoneInfo zone)
{
    private const string Missing = "…";
    private const int ListedNames = 5;

    public bool IsJapanese => isJapanese;

    public MailTimes Times { get; } = new(isJapanese, zone);

    /// <summary>The text of a section in the reader's language, filled; null when there is none.</summary>
    public string? Find(string section, string name, IReadOnlyDictionary<string, string> values)
    {
        var words = AlertWords.All;
        var key = name + (isJapanese ? ".ja" : ".en");
        var pattern = words.Find(section, key);
        var count = words.Find(section, name + ".count") ?? words.Find(section, "count");
        if (pattern is not null && count is not null && values.TryGetValue(count, out var number))
        {
            pattern = number switch
            {
                "1" => words.Find(section, key + ".one"),
                "2" => words.Find(section, key + ".two"),
                _ => null,
            } ?? pattern;
        }

        return pattern is null ? null : Fill(pattern, values);
    }

    /// <summary>Marked text; values given as marked text already are written {name:text}.</summary>
    public string Fill(string pattern, IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder(pattern.Length + 64);
        for (var at = 0; at < pattern.Length;)
        {
            var open = pattern.IndexOf('{', at);
            var close = open < 0 ? -1 : pattern.IndexOf('}', open);
            if (close < 0)
            {
                return text.Append(pattern, at, pattern.Length - at).ToString();
            }

            text.Append(pattern, at, open - at);
            text.Append(Value(pattern[(open + 1)..close], values));
            at = close + 1;
        }

        return text.ToString();
    }

    private string Value(string place, IReadOnlyDictionary<string, string> values)
    {
        // {} is nothing: it keeps a space at the beginning of a text.
        if (place.Length == 0)
        {
            return "";
        }

        var colon = place.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? place : place[..colon];
        if (!values.TryGetValue(name, out var value) || (value.Length == 0 && colon < 0))
        {
            return Missing;
        }

        return colon < 0 ? Foreign(value) : Format(place[(colon + 1)..], value, values) ?? Foreign(value);
    }

    private string? Format(string format, string value, IReadOnlyDictionary<string, string> values) => format switch
    {
        "text" => value,
        "name" => MarkedText.Mark(VisibleText.CutName(VisibleText.Clean(value))),
        "list" => List(value, values),
        "label" => AlertWords.All.Find("label", value + (isJapanese ? ".ja" : ".en")),
        "count" => long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? Quantities.Count(number) : null,
        "size" => long.TryParse(value, CultureInfo.InvariantCulture, out var bytes) ? Quantities.Size(bytes) : null,
        "volume" => long.TryParse(value, CultureInfo.InvariantCulture, out var total) ? Quantities.Volume(total) : null,
        "span" => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) ? Quantities.Span(span, isJapanese) : null,
        _ => Instant(value) is { } instant ? Times.Format(instant, format) : null,
    };

    /// <summary>An invariant instant; null for anything else, so that texts are never taken for times.</summary>
    internal static DateTimeOffset? Instant(string value) => value.Length > 10 && value[4] == '-'
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    private static string Foreign(string value) => MarkedText.Mark(VisibleText.Clean(value));

    // Names a line each; "more" counts those that were not given.
    private string List(string value, IReadOnlyDictionary<string, string> values)
    {
        var names = value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var left = names.Length - Math.Min(names.Length, ListedNames)
            + (values.TryGetValue("more", out var more) && int.TryParse(more, CultureInfo.InvariantCulture, out var given) ? given : 0);
        var shown = string.Join(isJapanese ? "、" : ", ", names.Take(ListedNames).Select(name => MarkedText.Mark(VisibleText.CutName(VisibleText.Clean(name)))));
        return (left, isJapanese) switch
        {
            (0, _) => shown,
            (_, true) => $"{shown}、ほか{Quantities.Count(left)}件",
            (_, false) => $"{shown} and {Quantities.Count(left)} more",
        };
    }
}
