using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.Mail.Tests.Net;

public sealed class CertificateTests : ServerTest
{
    public static TheoryData<string, ConnectionSecurity> Ways => new()
    {
        { "imap", ConnectionSecurity.StartTls },
        { "imap", ConnectionSecurity.Tls },
        { "pop3", ConnectionSecurity.StartTls },
        { "pop3", ConnectionSecurity.Tls },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_unknown_authority_is_refused_until_it_is_trusted(string kind, ConnectionSecurity security)
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("secret"));

        var failure = await FailsToConnectAsync(To(server, kind, security));
        Assert.Equal((SituationKeys.TlsUntrusted, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));

        await using var mailbox = await ConnectAsync(To(server, kind, security) with { TrustedCertificates = server.Certificate.AuthorityPem });
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        Assert.Equal(AsSent(Message("secret")), Assert.Single(await ReadAllAsync(reader)).Octets);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_self_signed_certificate_is_told_apart_and_accepted_as_trusted_or_ignored(string kind, ConnectionSecurity security)
    {
        await using var server = await StartServerAsync(new DovecotOptions { Certificate = TestCertificates.SelfSigned() });
        server.AddUser("anna");

        Assert.Equal(SituationKeys.TlsSelfSigned, (await FailsToConnectAsync(To(server, kind, security))).Situation.Key);
        await using var trusting = await ConnectAsync(To(server, kind, security) with { TrustedCertificates = server.Certificate.Pem });
        await using var ignoring = Open(To(server, kind, security) with { IgnoreCertificate = true });
        Assert.Contains("not checked", Assert.Single(await ignoring.ConnectAsync(Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trusted_certificate_for_another_name_is_refused()
    {
        await using var server = await StartServerAsync(new DovecotOptions { Certificate = TestCertificates.Issue(["mail.example.org"]) });

        var failure = await FailsToConnectAsync(Trusting(server));

        Assert.Equal((SituationKeys.TlsWrongName, "mail.example.org"), (failure.Situation.Key, failure.Situation.Values["names"]));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_with_its_date()
    {
        await using var server = await StartServerAsync(new DovecotOptions { Certificate = TestCertificates.Issue(expired: true) });

        var failure = await FailsToConnectAsync(Trusting(server));

        Assert.Equal(SituationKeys.TlsExpired, failure.Situation.Key);
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2}$", failure.Situation.Values["date"]);
    }

    [Theory]
    [InlineData("imap")]
    [InlineData("pop3")]
    public async Task A_port_that_speaks_no_tls_offers_no_encryption(string kind)
    {
        await using var server = await StartServerAsync();
        var port = kind == "imap" ? server.ImapPort : server.Pop3Port;

        var failure = await FailsToConnectAsync(To(server, kind, ConnectionSecurity.Tls) with { Port = port });

        Assert.Equal(SituationKeys.TlsNoStartTls, failure.Situation.Key);
    }

    [Theory]
    [InlineData("imap")]
    [InlineData("pop3")]
    public async Task A_wrong_password_is_a_refused_login(string kind)
    {
        await using var server = await StartServerAsync();
        server.AddUser("anna");

        var failure = await FailsToConnectAsync(To(server, kind, ConnectionSecurity.None) with { Password = "wrong" });

        Assert.Equal((SituationKeys.LoginRefused, ErrorClass.Authentication), (failure.Situation.Key, failure.Situation.Class));
    }

    [Fact]
    public async Task Nobody_on_the_port_and_an_unknown_name_are_told_apart()
    {
        await using var server = await StartServerAsync();
        var connection = To(server, "imap", ConnectionSecurity.None);
        await server.StopAsync();

        Assert.Equal(SituationKeys.HostRefused, (await FailsToConnectAsync(connection)).Situation.Key);
        Assert.Equal(SituationKeys.HostUnknown, (await FailsToConnectAsync(connection with { Host = "no-such-host.invalid" })).Situation.Key);
    }

    private static MailboxConnection Trusting(DovecotServer server) =>
        To(server, "imap", ConnectionSecurity.Tls) with { TrustedCertificates = server.Certificate.AuthorityPem };

    private static MailboxConnection To(DovecotServer server, string kind, ConnectionSecurity security) => To(server) with
    {
        Kind = kind,
        Security = security,
        Port = (kind, security) switch
        {
            ("imap", ConnectionSecurity.Tls) => server.ImapsPort,
            ("imap", _) => server.ImapPort,
            (_, ConnectionSecurity.Tls) => server.Pop3sPort,
            _ => server.Pop3Port,
        },
    };
}
