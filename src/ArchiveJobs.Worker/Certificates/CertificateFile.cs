using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using ArchiveJobs.Core.Secrets;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>A certificate and its key in one file, so that no crash can part them; docs/formats/https.md.</summary>
internal sealed record CertificateFile
{
    private const string Purpose = "https-key";

    public int Format { get; init; }

    /// <summary>Self-signed by this installation.</summary>
    public bool MadeHere { get; init; }

    public required IReadOnlyList<string> HostNames { get; init; }

    /// <summary>DER: the certificate, then its issuers. None while a request waits for its certificate.</summary>
    public required IReadOnlyList<byte[]> Certificates { get; init; }

    /// <summary>PKCS #8, encrypted under the installation key.</summary>
    public required byte[] Key { get; init; }

    public static byte[] Write(IReadOnlyList<X509Certificate2> certificates, byte[] key, bool isMadeHere, IReadOnlyList<string> hostNames, ISecretProtector secrets) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new CertificateFile
            {
                MadeHere = isMadeHere, HostNames = hostNames, Certificates = [.. certificates.Select(one => one.RawData)], Key = secrets.Protect(key, Purpose),
            },
            CertificateJson.Default.CertificateFile);

    /// <exception cref="CryptographicException">Damaged, or of a later version.</exception>
    public static CertificateFile Parse(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, CertificateJson.Default.CertificateFile) is { Format: 0 } file ? file : throw new CryptographicException("Its version is not known here.");
        }
        catch (JsonException e)
        {
            throw new CryptographicException("Its content is damaged.", e);
        }
    }

    public byte[] OpenKey(ISecretProtector secrets) => secrets.Unprotect(Key, Purpose);

    public HttpsCertificate Open(ISecretProtector secrets)
    {
        if (Certificates.Count == 0)
        {
            throw new CryptographicException("It holds no certificate.");
        }

        using var leaf = X509CertificateLoader.LoadCertificate(Certificates[0]);
        return new HttpsCertificate(
            CertificateKey.Join(leaf, OpenKey(secrets)), [.. Certificates.Skip(1).Select(one => X509CertificateLoader.LoadCertificate(one))], MadeHere, HostNames);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CertificateFile))]
internal sealed partial class CertificateJson : JsonSerializerContext;
