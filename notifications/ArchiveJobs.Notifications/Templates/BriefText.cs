using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>One paragraph under 200 characters: product, thing, since when, cause, what to do, run. Facts go first when it is too long, then the cause; what to do stays.</summary>
internal sealed class BriefText(Alert alert, AlertPhrases phrases)
{
    private const int MaxCharacters = 199;
    private const int ShortestName = 12;

    public string Text() => Fit(name => phrases.Thing.TextOfAll(name), isAscii: false);

    /// <summary>For the English phrases.</summary>
    public string Ascii() => Fit(name => System.Text.Ascii.IsValid(phrases.Thing.Name) ? phrases.Thing.TextOfAll(name) : phrases.Thing.Ascii(), isAscii: true);

    private string Fit(Func<string, string> thing, bool isAscii)
    {
        var name = VisibleText.CutName(VisibleText.Clean(phrases.Thing.Name));
        foreach (var (withFact, withCause) in new[] { (true, true), (false, true), (false, false) })
        {
            var text = Line(thing(name), withFact, withCause, isAscii);
            if (text.Length <= MaxCharacters)
            {
                return text;
            }
        }

        return Shortest(Line(thing(VisibleText.CutName(name, ShortestName)), withFact: false, withCause: false, isAscii));
    }

    // Ends at a word: half a word may say something else.
    private static string Shortest(string text)
    {
        if (text.Length <= MaxCharacters)
        {
            return text;
        }

        var cut = text.LastIndexOf(' ', MaxCharacters - 4);
        return (cut > 0 ? text[..cut] : VisibleText.CutEnd(text, MaxCharacters)) + "...";
    }

    private string Line(string thing, bool withFact, bool withCause, bool isAscii)
    {
        var parts = Parts(thing, withFact, withCause).Where(part => part.Length > 0);
        var product = alert.Event == AlertEvent.Digest ? "ArchiveJobs " : "ArchiveJobs: ";
        var line = product + MarkedText.Plain(string.Join(phrases.Template.IsJapanese ? "" : " ", parts), straightQuotes: true);
        return isAscii ? ToAscii(line) : ToJapaneseCodePage(line);
    }

    private IEnumerable<string> Parts(string thing, bool withFact, bool withCause)
    {
        var values = new Dictionary<string, string>(phrases.Values, StringComparer.Ordinal) { ["thing"] = thing };
        if (!phrases.IsOpen)
        {
            values["host"] = alert.Host;
            var name = phrases.CaughtUp ? "brief-caught-up" : alert.Event == AlertEvent.Digest && !values.ContainsKey("needs") ? "brief-good" : "brief";
            yield return phrases.Say(name, values) ?? "";
            yield return Run;
            yield break;
        }

        var section = new StatePhrase(alert, phrases.Template).OpenSection;
        yield return phrases.Say("brief-head", values) ?? Group(section, "brief", values);
        yield return withCause ? phrases.Say("brief", values) ?? "" : "";
        yield return withFact && values.ContainsKey("unsaved") ? phrases.Say("fact", values) ?? "" : "";
        yield return (phrases.Thing.IsGroup ? phrases.Say("act-group", values) : null) ?? phrases.Say("act", values) ?? phrases.ToDo;
        yield return Run;
    }

    private string Group(string section, string name, Dictionary<string, string> values) =>
        (phrases.Thing.IsGroup ? phrases.Template.Find(section, name + "-group", values) : null) ?? phrases.Template.Find(section, name, values) ?? "";

    // Of a group, the next try tells more than the first of its runs.
    private string Run
    {
        get
        {
            if (phrases.Thing.IsGroup && alert.Run?.NextTry is { } next)
            {
                var clock = phrases.Template.Times.Format(next, "clock");
                return phrases.Template.IsJapanese ? $"次回試行{clock}" : $"Next try {clock}";
            }

            return phrases.Thing.IsGroup || !phrases.Values.TryGetValue("run", out var run) ? ""
                : phrases.Template.IsJapanese ? $"実行{VisibleText.Clean(run)}" : $"Run {VisibleText.Clean(run)}";
        }
    }

    private static string ToAscii(string text) => string.Concat(text.Select(character => character switch
    {
        '–' or '—' => "-",
        '…' => "...",
        _ when char.IsAscii(character) => character.ToString(),
        _ when char.IsLowSurrogate(character) => "",
        _ => "?",
    }));

    // Code page 932 has no en dash; U+301C and the like do not come from our own words.
    private static string ToJapaneseCodePage(string text) => text.Replace('–', '-');
}
