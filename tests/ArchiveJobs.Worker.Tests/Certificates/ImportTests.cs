using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Worker.Certificates;

namespace ArchiveJobs.Worker.Tests.Certificates;

public sealed class ImportTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    private readonly Authority _authority = new(Now);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void A_file_in_any_order_is_sent_certificate_first_and_without_the_root()
    {
        var leaf = _authority.Issue(_key);
        var pem = Pem(_authority.Root) + Pem(_authority.Issuer) + _key.ExportPkcs8PrivateKeyPem() + "\n" + Pem(leaf);

        var sound = Check(pem);

        Assert.Equal([leaf.Thumbprint, _authority.Issuer.Thumbprint], sound.Chain.Select(one => one.Thumbprint));
        Assert.Empty(sound.Warnings);
    }

    [Fact]
    public void A_missing_issuer_and_a_strange_certificate_are_told()
    {
        using var stranger = new Authority(Now);

        var sound = Check(Pem(_authority.Issue(_key)) + Pem(stranger.Root) + _key.ExportPkcs8PrivateKeyPem());

        Assert.Single(sound.Chain);
        Assert.Equal(2, sound.Warnings.Count);
        Assert.Contains("CN=Issuer", sound.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_name_than_the_configured_one_is_taken_with_a_warning()
    {
        var sound = Check(Pem(_authority.Issue(_key, "mail.example.jp")) + Pem(_authority.Issuer) + _key.ExportPkcs8PrivateKeyPem());

        Assert.Contains("mail.example.jp, not for archive.example.jp", Assert.Single(sound.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-60, -1, Authority.ServerAuthentication, SituationKeys.CertificateExpired)]
    [InlineData(1, 60, Authority.ServerAuthentication, SituationKeys.CertificateNotYet)]
    [InlineData(-1, 60, Authority.ClientAuthentication, SituationKeys.CertificatePurpose)]
    public void What_browsers_refuse_is_refused(int fromDays, int toDays, string purpose, string situation)
    {
        var pem = Pem(_authority.Issue(_key, fromDays: fromDays, toDays: toDays, purpose: purpose)) + _key.ExportPkcs8PrivateKeyPem();

        Assert.Equal(situation, Refusals.KeyOf(() => Check(pem)));
    }

    [Theory]
    [InlineData(1024, "RSA 1024")]
    [InlineData(2048, null)]
    public void A_short_RSA_key_is_refused(int bits, string? refused)
    {
        using var key = RSA.Create(bits);
        var pem = Pem(_authority.Issue(key)) + key.ExportPkcs8PrivateKeyPem();

        if (refused is null)
        {
            Assert.Equal("RSA 2048", CertificateKey.KindOf(Check(pem).Chain[0]));
            return;
        }

        var situation = Refusals.Of(() => Check(pem));
        Assert.Equal(SituationKeys.CertificateWeak, situation.Key);
        Assert.Equal(refused, situation.Values["kind"]);
    }

    [Fact]
    public void A_key_that_does_not_belong_to_it_is_refused_wherever_it_comes_from()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leaf = Pem(_authority.Issue(_key));

        Assert.Equal(SituationKeys.CertificateKeyDiffers, Refusals.KeyOf(() => Check(leaf + other.ExportPkcs8PrivateKeyPem())));
        Assert.Equal(SituationKeys.CertificateKeyDiffers, Refusals.KeyOf(() => Check(leaf + _key.ExportPkcs8PrivateKeyPem(), keyFile: other.ExportPkcs8PrivateKeyPem())));
        Assert.Equal(SituationKeys.CertificateNoKey, Refusals.KeyOf(() => Check(leaf)));
    }

    [Fact]
    public void The_answer_to_a_request_needs_no_key()
    {
        var sound = CertificateCheck.Check(Read(Pem(_authority.Issue(_key))), [_key.ExportPkcs8PrivateKey()], [], Now);

        Assert.True(CertificateKey.Fits(sound.Chain[0], sound.Key));
    }

    [Fact]
    public void A_DER_certificate_takes_its_key_from_another_file()
    {
        var given = GivenCertificate.Read("c.cer", _authority.Issue(_key).RawData, ("c.key", Encoding.ASCII.GetBytes(_key.ExportECPrivateKeyPem())), null);

        var sound = CertificateCheck.Check(given, [], [], Now);

        Assert.True(CertificateKey.Fits(sound.Chain[0], sound.Key));
    }

    [Theory]
    [InlineData("right", null)]
    [InlineData("wrong", SituationKeys.CertificatePasswordWrong)]
    [InlineData(null, SituationKeys.CertificatePasswordWrong)]
    public void A_PFX_file_opens_with_its_password_only(string? password, string? situation)
    {
        using var leaf = _authority.Issue(_key).CopyWithPrivateKey(_key);
        var pfx = new X509Certificate2Collection { X509CertificateLoader.LoadCertificate(_authority.Issuer.RawData), leaf }.Export(X509ContentType.Pfx, "right")!;

        if (situation is null)
        {
            Assert.Equal(leaf.Thumbprint, CertificateCheck.Check(GivenCertificate.Read("c.pfx", pfx, null, password), [], [], Now).Chain[0].Thumbprint);
            return;
        }

        Assert.Equal(situation, Refusals.KeyOf(() => GivenCertificate.Read("c.pfx", pfx, null, password)));
    }

    [Theory]
    [InlineData("right", null)]
    [InlineData("wrong", SituationKeys.CertificatePasswordWrong)]
    public void An_encrypted_key_opens_with_its_password_only(string password, string? situation)
    {
        var encrypted = _key.ExportEncryptedPkcs8PrivateKeyPem("right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        var pem = Encoding.ASCII.GetBytes(Pem(_authority.Issue(_key)) + encrypted);

        if (situation is null)
        {
            Assert.Single(GivenCertificate.Read("c.pem", pem, null, password).Keys);
            return;
        }

        Assert.Equal(situation, Refusals.KeyOf(() => GivenCertificate.Read("c.pem", pem, null, password)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN CERTIFICATE-----\n")]
    public void What_is_no_certificate_is_said_to_be_none(string text)
    {
        Assert.Equal(SituationKeys.CertificateUnreadable, Refusals.KeyOf(() => Read(text)));
    }

    private static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    private static GivenCertificate Read(string text, string? keyFile = null) =>
        GivenCertificate.Read("c.pem", Encoding.ASCII.GetBytes(text), keyFile is null ? null : ("c.key", Encoding.ASCII.GetBytes(keyFile)), null);

    private static CheckedCertificate Check(string text, string? keyFile = null) => CertificateCheck.Check(Read(text, keyFile), [], ["archive.example.jp"], Now);
}
