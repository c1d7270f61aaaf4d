using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>A certificate for a test server, as PEM texts.</summary>
/// <param name="AuthorityPem">What a client has to trust.</param>
public sealed record TestCertificate(string Pem, string KeyPem, string AuthorityPem);

/// <summary>Makes certificates for tests: from an authority of their own, or self-signed.</summary>
public static class TestCertificates
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1"];

    /// <summary>Issued by a new authority.</summary>
    /// <param name="names">DNS names and addresses; none: localhost and 127.0.0.1.</param>
    /// <param name="expired">True: it was valid until yesterday.</param>
    public static TestCertificate Issue(IReadOnlyList<string>? names = null, bool expired = false)
    {
        var (notBefore, notAfter) = Validity(expired);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=ArchiveJobs Test Authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = authorityRequest.CreateSelfSigned(notBefore.AddDays(-1), TimeProvider.System.GetUtcNow().AddYears(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = RequestFor(names ?? Loopback, key).Create(authority, notBefore, notAfter, RandomNumberGenerator.GetBytes(8));
        return new TestCertificate(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), authority.ExportCertificatePem());
    }

    /// <summary>Signed by itself; its own PEM is what a client has to trust.</summary>
    public static TestCertificate SelfSigned(IReadOnlyList<string>? names = null)
    {
        var (notBefore, notAfter) = Validity(expired: false);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = RequestFor(names ?? Loopback, key).CreateSelfSigned(notBefore, notAfter);
        return new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem());
    }

    private static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) Validity(bool expired)
    {
        var now = TimeProvider.System.GetUtcNow();
        return (now.AddDays(-30), expired ? now.AddDays(-1) : now.AddDays(30));
    }

    private static CertificateRequest RequestFor(IReadOnlyList<string> names, ECDsa key)
    {
        var request = new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return request;
    }
}
