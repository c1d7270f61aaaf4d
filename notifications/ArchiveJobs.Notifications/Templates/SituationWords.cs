using System.Globalization;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>
/// The sentences of a situation as mails write them: times with weekday and year, parts from outside marked. The values are prepared before the
/// sentence is made: a value that the sentence's own formats do not understand is shown as it stands.
/// </summary>
internal sealed class SituationWords(Template template, CultureInfo culture, TimeZoneInfo zone)
{
    // A private character in front keeps a formatted time from being read as a time again.
    private const string Kept = "\uE000";

    private static readonly HashSet<string> Names = ["p", "s", "name", "folder", "file", "channel", "item"];

    public string What(Situation situation)
    {
        var prepared = Prepare(situation);
        var sentence = SituationText.What(prepared, culture, zone);
        return Finish(template.IsJapanese ? sentence : WithOn(sentence, situation), situation);
    }

    public string ToDo(Situation situation) => Finish(SituationText.ToDo(Prepare(situation), culture, zone), situation);

    private Situation Prepare(Situation situation)
    {
        var values = situation.Values;
        foreach (var (name, value) in situation.Values)
        {
            values = values.SetItem(name, Prepared(name, value));
        }

        return situation with { Values = values };
    }

    private string Prepared(string name, string value)
    {
        if (Template.Instant(value) is { } instant)
        {
            return Kept + template.Times.Format(instant, name == "date" ? "day" : "when");
        }

        var isPlain = Names.Contains(name) || name is "job" or "reason" || long.TryParse(value, CultureInfo.InvariantCulture, out _)
            || TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _);
        return isPlain ? VisibleText.Clean(value) : MarkedText.Mark(VisibleText.Clean(value));
    }

    private static string Finish(string sentence, Situation situation)
    {
        var text = sentence.Replace(Kept, "", StringComparison.Ordinal);
        foreach (var (name, value) in situation.Values)
        {
            var shown = VisibleText.CutName(VisibleText.Clean(value));
            if (Names.Contains(name) && shown.Length > 0)
            {
                text = text.Replace($"“{shown}”", $"“{MarkedText.Mark(shown)}”", StringComparison.Ordinal)
                    .Replace($"「{shown}」", $"「{MarkedText.Mark(shown)}」", StringComparison.Ordinal);
            }
        }

        return text;
    }

    // "found damaged at Tue, Nov 24" reads wrong with a date: "on Tue, Nov 24, 2026, at 03:12".
    private string WithOn(string text, Situation situation) => situation.Values.TryGetValue("at", out var at) && Template.Instant(at) is { } instant
        ? text.Replace($"at {Kept}{template.Times.Format(instant, "when")}", "on " + template.Times.Format(instant, "on"), StringComparison.Ordinal)
        : text;
}
