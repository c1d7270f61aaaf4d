using ArchiveJobs.Notifications.Alerts;
using MimeKit;

namespace ArchiveJobs.Notifications.Channels;

/// <summary>A rendered alert as a mail: the same octets in a receiver's mailbox and in a pickup directory.</summary>
internal static class AlertMail
{
    // RFC 5322 section 2.1.1: lines of at most 998 octets; long texts are encoded so that no paragraph has to be wrapped.
    private const int MaxLineOctets = 998;

    public static MimeMessage Compose(RenderedAlert alert, string from, IEnumerable<string> to, DateTimeOffset now)
    {
        var message = new MimeMessage
        {
            Subject = alert.Subject,
            Date = now,
            MessageId = alert.MessageId,
            Body = new MultipartAlternative(Part("plain", alert.Text), Part("html", alert.Html)),
        };
        var sender = MailboxAddress.Parse(from);
        message.From.Add(new MailboxAddress(sender.Name is { Length: > 0 } name ? name : $"ArchiveJobs ({alert.Host})", sender.Address));
        message.To.AddRange(to.Select(MailboxAddress.Parse));

        // RFC 3834 section 5: no vacation notice answers a machine.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add("X-ArchiveJobs-Alert", alert.Event);
        message.Headers.Add(HeaderId.ListId, $"ArchiveJobs alerts <alerts.{alert.MessageId[(alert.MessageId.IndexOf('@', StringComparison.Ordinal) + 1)..]}>");
        message.Headers.Add(HeaderId.ContentLanguage, alert.Language);
        if (alert.FirstMessageId is { } first)
        {
            message.InReplyTo = first;
            message.References.Add(first);
        }

        message.Prepare(EncodingConstraint.SevenBit, MaxLineOctets);
        return message;
    }

    private static TextPart Part(string subtype, string text)
    {
        var part = new TextPart(subtype);
        part.SetText("utf-8", text);
        return part;
    }
}
