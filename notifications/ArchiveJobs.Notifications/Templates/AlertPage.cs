using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>All that text and HTML show, in the same words and the same order, as marked text.</summary>
internal sealed record AlertPage
{
    public required bool IsJapanese { get; init; }

    public required AlertSeverity Severity { get; init; }

    public required string SeverityWord { get; init; }

    public required string StateWord { get; init; }

    public required string What { get; init; }

    public required string ToDo { get; init; }

    public required string Open { get; init; }

    public required AlertLinks Links { get; init; }

    public required IReadOnlyList<FactLine> Facts { get; init; }

    public required string NamesTitle { get; init; }

    public required IReadOnlyList<string> Names { get; init; }

    public required string? MoreNames { get; init; }

    public required string DetailsTitle { get; init; }

    public required IReadOnlyList<string> Details { get; init; }

    public required string Footer { get; init; }

    public required string Mute { get; init; }

    public static AlertPage Of(Alert alert, AlertReader reader, AlertPhrases phrases)
    {
        var template = phrases.Template;
        var frame = new Dictionary<string, string>
        {
            ["rule"] = reader.Rule, ["channel"] = reader.Channel, ["version"] = alert.Version, ["host"] = alert.Host,
        };
        var names = new NameLines(alert, template);
        return new AlertPage
        {
            IsJapanese = template.IsJapanese,
            Severity = alert.Severity,
            SeverityWord = template.Find("severity", SeverityKey(alert.Severity), frame)!,
            StateWord = new StatePhrase(alert, template).Word,
            What = phrases.What,
            ToDo = phrases.ToDo,
            Open = phrases.Thing.Open,
            Links = WebOnly(alert.Links),
            Facts = new FactLines(alert, phrases).Of(alert.Facts),
            NamesTitle = template.Find("frame", "names", frame)!,
            Names = names.Lines,
            MoreNames = names.More,
            DetailsTitle = template.Find("frame", "details", frame)!,
            Details = new DetailLines(alert, phrases).Lines(),
            Footer = template.Find("frame", alert.Event == AlertEvent.Test ? "footer-test" : "footer", frame)!,
            Mute = template.Find("frame", "mute", frame)!,
        };
    }

    private static string SeverityKey(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "critical",
        AlertSeverity.Error => "error",
        AlertSeverity.Warning => "warning",
        _ => "information",
    };

    private static AlertLinks WebOnly(AlertLinks links) => new()
    {
        Do = WebOnly(links.Do), Run = WebOnly(links.Run), Mute = WebOnly(links.Mute), Names = WebOnly(links.Names),
    };

    private static Uri? WebOnly(Uri? link) =>
        link is { IsAbsoluteUri: true } && (link.Scheme == Uri.UriSchemeHttp || link.Scheme == Uri.UriSchemeHttps) ? link : null;
}
