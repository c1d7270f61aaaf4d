using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>A label and a value as marked text; no label: a line of its own.</summary>
internal sealed record FactLine(string? Label, string Value);

/// <summary>Facts and details in the words of a reader.</summary>
internal sealed class FactLines(Alert alert, AlertPhrases phrases)
{
    public IReadOnlyList<FactLine> Of(IEnumerable<AlertFact> facts) => [.. facts.Select(Line)];

    private FactLine Line(AlertFact fact)
    {
        var template = phrases.Template;
        var section = "fact." + fact.Key;
        var values = new Dictionary<string, string>(fact.Values, StringComparer.Ordinal);
        values.TryAdd("zone", template.Times.Offset(alert.At));
        var value = fact.Key == "cause" ? phrases.OriginalCause : template.Find(section, "value", values);
        return value is null
            ? new FactLine(MarkedText.Mark(VisibleText.Clean(fact.Key)), MarkedText.Mark(VisibleText.Clean(string.Join(", ", fact.Values.Values))))
            : new FactLine(template.Find(section, "label", values), value);
    }
}
