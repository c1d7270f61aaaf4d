using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>State, thing, cause; under 70 columns. What is too long loses first the middle of the thing's name, then the scope, then its end.</summary>
internal sealed class SubjectLine(Alert alert, AlertPhrases phrases)
{
    private const int MaxColumns = 69;
    private const int ShortestName = 12;

    public string Text()
    {
        var name = VisibleText.CutName(VisibleText.Clean(phrases.Thing.Name));
        var line = Line(name, phrases.Thing.Scope);
        for (var columns = VisibleText.Columns(name) - 1; columns >= ShortestName && VisibleText.Columns(line) > MaxColumns; columns--)
        {
            line = Line(VisibleText.CutToColumns(name, columns), phrases.Thing.Scope);
        }

        if (VisibleText.Columns(line) > MaxColumns)
        {
            line = Line(VisibleText.CutToColumns(name, ShortestName), scope: "");
        }

        return VisibleText.CutEnd(line, MaxColumns);
    }

    private string Line(string name, string scope)
    {
        var template = phrases.Template;
        var values = new Dictionary<string, string>(phrases.Values, StringComparer.Ordinal)
        {
            ["state"] = new StatePhrase(alert, template).BeforeSubject,
            ["thing"] = phrases.Thing.Text(name),
            ["scope"] = scope,
            ["cause"] = phrases.Cause,
            ["host"] = alert.Event == AlertEvent.Test ? alert.Host : phrases.Values.GetValueOrDefault("host", ""),
        };
        values["recipients"] = values.ContainsKey("i") ? template.Find("test", "recipients", values) ?? "" : "";
        var line = phrases.Say("subject", values) ?? template.Find("frame", "subject", values) ?? "";
        return MarkedText.Plain(line, straightQuotes: !template.IsJapanese);
    }
}
