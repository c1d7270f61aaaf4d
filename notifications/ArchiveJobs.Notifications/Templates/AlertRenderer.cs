using System.Globalization;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>Puts an alert into the words of one reader. Thread-safe; the same alert gives the same texts each time.</summary>
public static class AlertRenderer
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static RenderedAlert Render(Alert alert, AlertReader reader)
    {
        var phrases = new AlertPhrases(alert, reader);
        var page = AlertPage.Of(alert, reader, phrases);
        var subject = new SubjectLine(alert, phrases).Text();
        var english = phrases.Template.IsJapanese ? new AlertPhrases(alert, reader with { Culture = English }) : phrases;
        return new RenderedAlert
        {
            Event = EventName(alert.Event),
            Language = page.IsJapanese ? "ja" : "en",
            Subject = subject,
            Text = new PlainTextBody(page).Text(),
            Html = new HtmlBody(page, subject).Text(),
            Brief = phrases.Template.IsJapanese ? new BriefText(alert, phrases).Text() : new BriefText(alert, english).Ascii(),
            BriefAscii = new BriefText(alert, english).Ascii(),
            MessageId = MessageId(alert, Step(alert)),
            FirstMessageId = alert.Event is AlertEvent.Reminded or AlertEvent.Recovered ? MessageId(alert, "opened") : null,
            FileName = $"alert-{alert.Id}-{Step(alert)}",
            Host = alert.Host,
        };
    }

    private static string Step(Alert alert) => alert.Event == AlertEvent.Reminded
        ? $"reminded-{alert.Reminder.ToString(CultureInfo.InvariantCulture)}"
        : EventName(alert.Event);

    private static string MessageId(Alert alert, string step) => $"alert-{alert.Id}.{step}.{alert.Installation}@{DomainOf(alert.Host)}";

    private static string DomainOf(string host)
    {
        var domain = string.Concat(host.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.')).Trim('.', '-');
        return domain.Length == 0 ? "localhost" : domain;
    }

    private static string EventName(AlertEvent alertEvent) => alertEvent switch
    {
        AlertEvent.Opened => "opened",
        AlertEvent.Reminded => "reminded",
        AlertEvent.Recovered => "recovered",
        AlertEvent.Test => "test",
        _ => "digest",
    };
}
