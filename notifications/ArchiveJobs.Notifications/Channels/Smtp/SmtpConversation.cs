using MailKit.Net.Smtp;
using MimeKit;

namespace ArchiveJobs.Notifications.Channels.Smtp;

/// <summary>A client that goes on with the other recipients when the server refuses one.</summary>
internal sealed class SmtpConversation : SmtpClient
{
    private readonly List<(string Address, SmtpResponse Response)> _refusals = [];

    public IReadOnlyList<(string Address, SmtpResponse Response)> Refusals => _refusals;

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) =>
        _refusals.Add((mailbox.Address, response));

    protected override void OnNoRecipientsAccepted(MimeMessage message)
    {
        // Nothing was sent; the refusals tell why, one by one.
    }
}
