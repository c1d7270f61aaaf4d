using ArchiveJobs.Core.Sources;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;
using ArchiveJobs.TestKit.Servers;
using MimeKit;

namespace ArchiveJobs.Notifications.Tests.Channels.Smtp;

/// <summary>Against a real receiver.</summary>
public sealed class SmtpDeliveryTests : IAsyncLifetime
{
    private readonly SmtpChannel _channel = new(TimeProvider.System);
    private SmtpReceiver? _receiver;

    public ValueTask InitializeAsync()
    {
        Receivers.SkipWithout();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(ConnectionSecurity.StartTls)]
    [InlineData(ConnectionSecurity.Tls)]
    public async Task A_mail_goes_out_encrypted_after_login(ConnectionSecurity security)
    {
        var settings = await StartAsync(new() { Security = security, Login = ("archive", "pa55 wörd") }) with { User = "archive", Secret = "pa55 wörd" };

        var result = await _channel.SendAsync(Mails.WrongPassword("ja"), settings, CancellationToken.None);

        Assert.Equal(DeliveryResult.Delivered, result);
        var mail = Assert.Single(_receiver!.Mails);
        Assert.Equal("archive", mail.Login);
        Assert.StartsWith("TLSv1.", mail.TlsVersion, StringComparison.Ordinal);
        Assert.Equal(("archive@example.jp", "admin@example.jp"), (mail.From, Assert.Single(mail.To)));
    }

    [Fact]
    public async Task A_mail_goes_out_without_encryption_and_login_where_it_is_set_so()
    {
        var settings = await StartAsync(new());

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal(DeliveryResult.Delivered, result);
        var mail = Assert.Single(_receiver!.Mails);
        Assert.Null(mail.Login);
        Assert.Null(mail.TlsVersion);
    }

    [Theory]
    [InlineData("wrong-password", "en")]
    [InlineData("wrong-password", "ja")]
    [InlineData("store-damaged", "ja")]
    public async Task Every_character_arrives(string sample, string language)
    {
        var settings = await StartAsync(new());
        var alert = AlertRenderer.Render(SampleAlerts.Of(sample, language), Readers.Of(language));

        await _channel.SendAsync(alert, settings, CancellationToken.None);

        using var message = Read(Assert.Single(_receiver!.Mails));
        Assert.Equal(alert.Subject, message.Subject);
        Assert.Equal(alert.Text.ReplaceLineEndings("\r\n"), message.TextBody!.ReplaceLineEndings("\r\n"));
        Assert.Equal(alert.Html.ReplaceLineEndings("\r\n"), message.HtmlBody!.ReplaceLineEndings("\r\n"));
        Assert.IsType<MultipartAlternative>(message.Body);
        Assert.Equal("ArchiveJobs (archive01)", message.From.Mailboxes.Single().Name);
        Assert.All(_receiver.Mails[0].Octets, octet => Assert.InRange(octet, 0, 127));
    }

    [Fact]
    public async Task The_headers_tell_what_it_is_and_where_it_belongs()
    {
        var settings = await StartAsync(new());
        var recovered = AlertRenderer.Render(SampleAlerts.WorksAgain("en"), Readers.English);

        await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);
        await _channel.SendAsync(recovered, settings, CancellationToken.None);

        using var first = Read(_receiver!.Mails[0]);
        using var second = Read(_receiver.Mails[1]);
        Assert.Equal("auto-generated", second.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal("opened", first.Headers["X-ArchiveJobs-Alert"]);
        Assert.Equal("recovered", second.Headers["X-ArchiveJobs-Alert"]);
        Assert.Equal(first.MessageId, Assert.Single(second.References));
        Assert.Equal("ArchiveJobs alerts <alerts.archive01>", first.Headers[HeaderId.ListId]);
        Assert.Equal("alert-318.opened.local@archive01", first.MessageId);
    }

    [Fact]
    public async Task A_wrong_password_is_permanent_and_tells_the_servers_words()
    {
        var settings = await StartAsync(new() { Security = ConnectionSecurity.StartTls, Login = ("archive", "secret") }) with { User = "archive", Secret = "former" };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.LoginRefused), (result.Outcome, result.Reason));
        Assert.StartsWith("535", result.Words, StringComparison.Ordinal);
        Assert.Empty(_receiver!.Mails);
    }

    [Fact]
    public async Task A_server_that_wants_a_login_refuses_a_mail_without()
    {
        var settings = await StartAsync(new() { Security = ConnectionSecurity.StartTls, Login = ("archive", "secret") });

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.LoginRefused), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Greylisting_is_temporary_and_the_next_try_arrives()
    {
        var settings = await StartAsync(new() { Greylists = true });

        var first = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);
        var second = await _channel.SendAsync(Mails.WrongPassword(), settings.For(first.Remaining), CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Temporary, DeliveryReasons.Deferred), (first.Outcome, first.Reason));
        Assert.Equal("451 4.7.1 greylisted, try again later", first.Words);
        Assert.Equal(["admin@example.jp"], first.Remaining);
        Assert.Equal(DeliveryResult.Delivered, second);
        Assert.Single(_receiver!.Mails);
    }

    [Fact]
    public async Task A_refused_recipient_is_permanent()
    {
        var settings = await StartAsync(new() { Refuses = ["admin@example.jp"] });

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.RecipientRefused), (result.Outcome, result.Reason));
        Assert.Equal("550 5.1.1 no such recipient", result.Words);
        Assert.Empty(_receiver!.Mails);
    }

    [Fact]
    public async Task One_refused_recipient_does_not_keep_it_from_the_others()
    {
        var settings = await StartAsync(new() { Refuses = ["gone@example.jp"] }) with { To = ["gone@example.jp", "admin@example.jp"] };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal(DeliveryOutcome.Delivered, result.Outcome);
        Assert.Equal(["gone@example.jp"], result.Refused);
        Assert.Equal(["admin@example.jp"], Assert.Single(_receiver!.Mails).To);
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_temporary_and_gets_it_once_it_is_back()
    {
        var settings = await StartAsync(new());
        await _receiver!.StopAsync();

        var down = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);
        await _receiver.StartAgainAsync();
        var back = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Temporary, DeliveryReasons.HostRefused), (down.Outcome, down.Reason));
        Assert.Equal(DeliveryResult.Delivered, back);
        Assert.Single(_receiver.Mails);
    }

    [Theory]
    [InlineData(SmtpSilence.OnConnect)]
    [InlineData(SmtpSilence.AfterData)]
    public async Task A_receiver_that_says_nothing_more_is_temporary(SmtpSilence silence)
    {
        var settings = await StartAsync(new() { Silence = silence }) with { Timeout = TimeSpan.FromMilliseconds(700) };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Temporary, DeliveryReasons.HostTimeout), (result.Outcome, result.Reason));
        Assert.Empty(_receiver!.Mails);
    }

    [Theory]
    [InlineData(ConnectionSecurity.StartTls)]
    [InlineData(ConnectionSecurity.Tls)]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_before_the_password_is_sent(ConnectionSecurity security)
    {
        var settings = await StartAsync(new() { Security = security, Login = ("archive", "secret") })
            with { TrustedCertificates = null, User = "archive", Secret = "secret" };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.CertificateRefused), (result.Outcome, result.Reason));
        Assert.Empty(_receiver!.Mails);
    }

    [Fact]
    public async Task A_trusted_certificate_for_another_name_is_refused()
    {
        var settings = await StartAsync(new() { Security = ConnectionSecurity.Tls, CertificateName = "mail.example.jp" });

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.CertificateRefused), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task A_server_without_starttls_gets_no_password()
    {
        var settings = await StartAsync(new()) with { Security = ConnectionSecurity.StartTls, User = "archive", Secret = "secret" };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.NoEncryption), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Tls_on_a_port_that_speaks_plainly_is_permanent()
    {
        var settings = await StartAsync(new()) with { Security = ConnectionSecurity.Tls };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.NoEncryption), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Every_problem_of_the_settings_is_told_at_once()
    {
        var settings = new SmtpSettings { Host = "", Port = 0, From = "archive", To = ["x\r\nBcc: y@example.jp"], User = "a" };

        var result = await _channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid), (result.Outcome, result.Reason));
        Assert.Equal(5, settings.Problems().Count);
    }

    private async Task<SmtpSettings> StartAsync(SmtpReceiverOptions options)
    {
        _receiver = await SmtpReceiver.StartAsync(options);
        return Receivers.SettingsFor(_receiver, options.Security);
    }

    private static MimeMessage Read(ReceivedMail mail) => MimeMessage.Load(new MemoryStream(mail.Octets));
}
