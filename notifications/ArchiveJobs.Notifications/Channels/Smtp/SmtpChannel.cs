using System.Security.Authentication;
using System.Security.Cryptography;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Notifications.Alerts;
using MailKit.Security;

namespace ArchiveJobs.Notifications.Channels.Smtp;

/// <summary>Alerts as mails over SMTP, one connection a mail.</summary>
internal sealed class SmtpChannel(TimeProvider time) : IAlertChannel
{
    public string Kind => "smtp";

    public Type SettingsType => typeof(SmtpSettings);

    public async Task<DeliveryResult> SendAsync(RenderedAlert alert, ChannelSettings settings, CancellationToken cancellationToken)
    {
        var smtp = Settings(settings);
        cancellationToken.ThrowIfCancellationRequested();
        if (smtp.Problems() is { Count: > 0 } problems)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid, string.Join(' ', problems));
        }

        // A server that hangs after the last octet may have taken the mail: the retry carries the same Message-ID.
        using var timeout = new CancellationTokenSource(smtp.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var client = new SmtpConversation();
        var certificates = new SmtpCertificates(smtp.TrustedCertificates);
        var isLoggingIn = false;
        try
        {
            client.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            client.CheckCertificateRevocation = false;
            client.ServerCertificateValidationCallback = certificates.Accept;
            await client.ConnectAsync(smtp.Host, smtp.Port, Security(smtp.Security), either.Token);
            if (smtp is { User: { } user, Secret: { } password })
            {
                isLoggingIn = true;
                await client.AuthenticateAsync(user, password, either.Token);
                isLoggingIn = false;
            }

            using var message = AlertMail.Compose(alert, smtp.From, smtp.To, time.GetUtcNow());
            await client.SendAsync(message, either.Token);
        }
        catch (CryptographicException e)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid, SmtpFailure.Shorten(e.Message));
        }
        catch (Exception e) when (SmtpFailure.Concerns(e) && !cancellationToken.IsCancellationRequested)
        {
            return client.Refusals.Count > 0 && client.Refusals.Count == smtp.To.Count
                ? OfRefusals(smtp, client.Refusals)
                : SmtpFailure.Translate(e, certificates.HasRefused, isLoggingIn);
        }

        await LeaveAsync(client, either.Token);
        return OfRefusals(smtp, client.Refusals);
    }

    public string Summary(ChannelSettings settings)
    {
        var smtp = Settings(settings);
        var security = smtp.Security switch
        {
            ConnectionSecurity.StartTls => "STARTTLS",
            ConnectionSecurity.Tls => "TLS",
            _ => "not encrypted",
        };
        return $"{smtp.Host}:{smtp.Port}, {security}, {(smtp.User is null ? "no login" : $"login as {smtp.User}")}, to {string.Join(", ", smtp.To)}";
    }

    // Accepted is accepted: a server that does not say good-bye changes nothing.
    private static async Task LeaveAsync(SmtpConversation client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (SmtpFailure.Concerns(e))
        {
            // See above.
        }
    }

    private static DeliveryResult OfRefusals(SmtpSettings smtp, IReadOnlyList<(string Address, MailKit.Net.Smtp.SmtpResponse Response)> refusals)
    {
        if (refusals.Count == 0)
        {
            return DeliveryResult.Delivered;
        }

        string[] later = [.. refusals.Where(refusal => SmtpFailure.IsTemporary(refusal.Response.StatusCode)).Select(refusal => refusal.Address)];
        string[] refused = [.. refusals.Select(refusal => refusal.Address).Except(later)];
        var outcome = later.Length > 0 ? DeliveryOutcome.Temporary
            : refusals.Count < smtp.To.Count ? DeliveryOutcome.Delivered
            : DeliveryOutcome.Permanent;
        var first = refusals.FirstOrDefault(refusal => later.Length == 0 || later.Contains(refusal.Address)).Response;
        var words = SmtpFailure.Shorten($"{(int)first.StatusCode} {first.Response}");
        return new DeliveryResult(outcome, later.Length > 0 ? DeliveryReasons.Deferred : DeliveryReasons.RecipientRefused, words)
        {
            Remaining = later,
            Refused = refused,
        };
    }

    private static SecureSocketOptions Security(ConnectionSecurity security) => security switch
    {
        ConnectionSecurity.Tls => SecureSocketOptions.SslOnConnect,
        ConnectionSecurity.StartTls => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.None,
    };

    private static SmtpSettings Settings(ChannelSettings settings) =>
        settings as SmtpSettings ?? throw new ArgumentException("These are not the settings of an SMTP channel.", nameof(settings));
}
