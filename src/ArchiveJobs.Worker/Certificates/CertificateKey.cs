using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>Private keys as octets (PKCS #8), and which of them TLS clients accept.</summary>
internal static class CertificateKey
{
    private const int LeastRsaBits = 2048;   // CA/Browser Forum Baseline Requirements, section 6.1.5

    // RFC 8422 section 5.1.1; older SHA and MD5 are refused by every current client.
    private static readonly Dictionary<string, string> Curves = new() { ["1.2.840.10045.3.1.7"] = "P-256", ["1.3.132.0.34"] = "P-384", ["1.3.132.0.35"] = "P-521" };
    private static readonly Dictionary<string, string> OldSignatures = new()
    {
        ["1.2.840.113549.1.1.4"] = "MD5", ["1.2.840.113549.1.1.5"] = "SHA-1", ["1.2.840.10045.4.1"] = "SHA-1",
    };

    public static bool Fits(X509Certificate2 certificate, byte[] key)
    {
        using var opened = Open(key);
        using var shown = PublicOf(certificate);
        return opened is not null && shown is not null && opened.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(shown.ExportSubjectPublicKeyInfo());
    }

    /// <returns>The certificate with its key; takes over nothing.</returns>
    public static X509Certificate2 Join(X509Certificate2 certificate, byte[] key)
    {
        using var opened = Open(key) ?? throw new CryptographicException("A key of another kind.");
        var joined = opened is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)opened);
        if (!OperatingSystem.IsWindows())
        {
            return joined;
        }

        using (joined)
        {
            // TLS of Windows takes no key that lives in memory only.
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pfx), null);
        }
    }

    /// <summary>What is too weak or unknown about it, in words of the trade; null when nothing is.</summary>
    public static string? WeaknessOf(X509Certificate2 certificate)
    {
        if (!certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            && OldSignatures.TryGetValue(certificate.SignatureAlgorithm.Value ?? "", out var old))
        {
            return old;
        }

        using var key = PublicOf(certificate);
        return key switch
        {
            RSA rsa when rsa.KeySize >= LeastRsaBits => null,
            ECDsa ecdsa when CurveOf(ecdsa) is not null => null,
            _ => KindOf(certificate),
        };
    }

    public static string KindOf(X509Certificate2 certificate)
    {
        using var key = PublicOf(certificate);
        return key switch
        {
            RSA rsa => "RSA " + rsa.KeySize.ToString(CultureInfo.InvariantCulture),
            ECDsa ecdsa => "ECDSA " + (CurveOf(ecdsa) ?? "of another curve"),
            _ => certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value ?? "?",
        };
    }

    /// <summary>Null for a kind other than RSA and ECDSA.</summary>
    public static AsymmetricAlgorithm? Open(byte[] key)
    {
        foreach (var kind in new Func<AsymmetricAlgorithm>[] { ECDsa.Create, RSA.Create })
        {
            var opened = kind();
            try
            {
                opened.ImportPkcs8PrivateKey(key, out _);
                return opened;
            }
            catch (CryptographicException)
            {
                opened.Dispose();   // Of the other kind.
            }
        }

        return null;
    }

    private static AsymmetricAlgorithm? PublicOf(X509Certificate2 certificate) => (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();

    private static string? CurveOf(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed && Curves.TryGetValue(curve.Oid.Value ?? "", out var name) ? name : null;
    }
}
