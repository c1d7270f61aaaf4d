using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ArchiveJobs.Worker.Tests.Certificates;

/// <summary>A root, an authority under it, and what they issue; on a clock of its own.</summary>
internal sealed class Authority : IDisposable
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Authority(DateTimeOffset now)
    {
        Now = now;
        Root = RequestFor("CN=Root", _rootKey).CreateSelfSigned(now.AddYears(-2), now.AddYears(8));
        var issued = RequestFor("CN=Issuer", _key).Create(Root, now.AddYears(-1), now.AddYears(4), [1, 2, 3]);
        Issuer = issued.CopyWithPrivateKey(_key);
    }

    public DateTimeOffset Now { get; }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuer { get; }

    /// <param name="key">RSA or ECDSA.</param>
    public X509Certificate2 Issue(AsymmetricAlgorithm key, string name = "archive.example.jp", int fromDays = -1, int toDays = 90, string purpose = ServerAuthentication)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=" + name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=" + name, (ECDsa)key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        return request.Create(Issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), Now.AddDays(fromDays), Now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest RequestFor(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }
}
