using System.Collections.Immutable;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>What happened, for one reader, as marked text: the two sentences and the short cause.</summary>
internal sealed class AlertPhrases
{
    private readonly Alert _alert;
    private readonly SituationWords _situations;
    private readonly ImmutableArray<string> _sections;

    public AlertPhrases(Alert alert, AlertReader reader)
    {
        _alert = alert;
        Template = new Template(reader.Culture.TwoLetterISOLanguageName == "ja", reader.Zone);
        _situations = new SituationWords(Template, reader.Culture, reader.Zone);
        _sections = SectionsOf(alert);
        Values = AlertValues.Of(alert);
        Thing = new ThingPhrase(alert, Template);
        Values["thing"] = Thing.Text();
        Values["Thing"] = Thing.Capitalized();
    }

    public Template Template { get; }

    public ThingPhrase Thing { get; }

    /// <summary>Values in invariant form, beside them {thing:text} and {Thing:text} as marked text.</summary>
    public Dictionary<string, string> Values { get; }

    public bool IsOpen => _alert.Event is AlertEvent.Opened or AlertEvent.Reminded;

    public bool CaughtUp => _alert.Event == AlertEvent.Recovered && Values.TryGetValue("caughtUp", out var messages) && messages != "0";

    public string What => Variant("what") ?? (IsOpen ? _situations.What(Situation) : "");

    public string ToDo => Variant("todo") ?? (IsOpen ? _situations.ToDo(Situation) : "");

    public string Cause => Variant("cause") ?? MarkedText.Mark(VisibleText.Clean(_alert.Situation.Key));

    /// <summary>What had been wrong, for the facts of a recovery.</summary>
    public string OriginalCause =>
        Template.Find(_alert.Situation.Key, "cause-at", Values) ?? Template.Find(_alert.Situation.Key, "cause", Values) ?? "";

    /// <summary>The first text of that name in the sections of this alert; null when none is written for it.</summary>
    public string? Say(string name, Dictionary<string, string>? values = null)
    {
        foreach (var section in _sections)
        {
            if (Template.Find(section, name, values ?? Values) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>The text that fits best: of a group, of a recovery with messages caught up, of a good day; then the plain one.</summary>
    public string? Variant(string name)
    {
        var variant = _alert.Event switch
        {
            AlertEvent.Recovered when CaughtUp => "caught-up",
            AlertEvent.Test when Values.ContainsKey("from") => "mail",
            AlertEvent.Digest when name == "what" && Values["failed"] == "0" => "good",
            AlertEvent.Digest when name != "what" && !Values.ContainsKey("needs") => "good",
            AlertEvent.Opened or AlertEvent.Reminded when Thing.IsGroup => "group",
            AlertEvent.Opened or AlertEvent.Reminded when Values.ContainsKey("age") => "age",
            _ => null,
        };
        return (variant is null ? null : Say($"{name}-{variant}")) ?? Say(name);
    }

    private static ImmutableArray<string> SectionsOf(Alert alert) => alert.Event switch
    {
        AlertEvent.Test => ["test"],
        AlertEvent.Digest => ["digest"],
        AlertEvent.Recovered => [alert.Affected.Profiles > 1 ? "recovered.group" : "recovered." + alert.Subject.Type, "recovered"],
        _ => [$"{alert.Situation.Key}.{alert.Subject.Type}", alert.Situation.Key],
    };

    private Situation Situation => _alert.Situation with { Values = Values.Where(value => value.Key is not "thing" and not "Thing").ToImmutableSortedDictionary() };
}
