using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>Makes keys with the certificate, or the request for one, that names this host.</summary>
internal static class SelfSigned
{
    /// <summary>Longer ones are refused by some clients whoever signed them.</summary>
    public const int MaxDays = 825;

    private const int MaxCommonName = 64;   // RFC 5280, ub-common-name
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <returns>A new certificate with its key.</returns>
    public static X509Certificate2 Create(IReadOnlyList<string> names, int days, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var start = now - ClockSkew;
        return RequestFor(names, key).CreateSelfSigned(start, start.AddDays(days).AddSeconds(-1));
    }

    /// <returns>The request in PEM, and its key (PKCS #8).</returns>
    public static (string Pem, byte[] Key) CreateRequest(IReadOnlyList<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (RequestFor(names, key).CreateSigningRequestPem() + "\n", key.ExportPkcs8PrivateKey());
    }

    private static CertificateRequest RequestFor(IReadOnlyList<string> names, ECDsa key)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(names.FirstOrDefault(name => name.Length <= MaxCommonName) ?? "localhost");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(AlternativesOf(names));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(CertificateCheck.ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    /// <summary>With the names that only this machine can use for itself.</summary>
    private static X509Extension AlternativesOf(IReadOnlyList<string> names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Concat(["localhost", "127.0.0.1", "::1"]).Distinct())
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

        return alternatives.Build();
    }
}
