using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>How the thing of an alert is called: profile “Sales”, 23 profiles.</summary>
internal sealed class ThingPhrase(Alert alert, Template template)
{
    private readonly string _section = "thing." + alert.Subject.Type;

    public bool IsGroup => alert.Affected.Profiles > 1;

    public string Name => alert.Subject.Name;

    /// <param name="name">Shown in place of the whole name; null for the whole.</param>
    public string Text(string? name = null) => Find(IsGroup ? "group" : "text", name) ?? Find("text", name) ?? MarkedText.Mark(VisibleText.Clean(name ?? Name));

    /// <summary>23 of 40 profiles, where the total is known.</summary>
    public string TextOfAll(string? name = null) => (IsGroup && alert.Affected.AllProfiles > 0 ? Find("group-of", name) : null) ?? Text(name);

    /// <summary>For the beginning of an English sentence.</summary>
    public string Capitalized()
    {
        var text = Text();
        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }

    /// <summary>For plain ASCII: by number when the name has other characters.</summary>
    public string Ascii() => IsGroup || System.Text.Ascii.IsValid(Name) || alert.Subject.Id is null ? TextOfAll() : Find("by-id", null) ?? TextOfAll();

    /// <summary>" (1 mailbox)"; empty where it does not apply.</summary>
    public string Scope => IsGroup || alert.Affected.Mailboxes == 0 ? "" : Find("scope", null) ?? "";

    public string Open => Find(IsGroup ? "open-group" : "open", null) ?? Find("open", null) ?? "";

    private string? Find(string text, string? name)
    {
        var values = AlertValues.Of(alert);
        values["name"] = name ?? Name;
        values["id"] = alert.Subject.Id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
        return template.Find(_section, text, values);
    }
}
