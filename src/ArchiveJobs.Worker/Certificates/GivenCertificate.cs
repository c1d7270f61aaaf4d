using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>What a person gave to import: PEM, DER or PFX, recognized by its content.</summary>
/// <param name="Certificates">In the order of the file.</param>
/// <param name="Keys">PKCS #8.</param>
internal sealed record GivenCertificate(string File, IReadOnlyList<X509Certificate2> Certificates, IReadOnlyList<byte[]> Keys)
{
    private const int WrongPassword = unchecked((int)0x80070056);   // ERROR_INVALID_PASSWORD, on every system

    /// <param name="file">As the person named it.</param>
    /// <param name="keyFile">A file with the key alone; null when there is none.</param>
    /// <param name="password">Of a PFX file or an encrypted key; null when there is none.</param>
    /// <exception cref="ArchiveException">Nothing in it can be used.</exception>
    public static GivenCertificate Read(string file, byte[] content, (string Name, byte[] Content)? keyFile, string? password)
    {
        if (content.Length == 0)
        {
            throw Problem(SituationKeys.CertificateUnreadable, file);
        }

        var certificates = new X509Certificate2Collection();
        var keys = new List<byte[]>();
        ReadInto(file, content, password, certificates, keys);
        if (certificates.Count == 0)
        {
            throw Problem(SituationKeys.CertificateUnreadable, file);
        }

        if (keyFile is { } given)
        {
            var own = new List<byte[]>();
            ReadInto(given.Name, given.Content, password, [], own);
            keys = own.Count > 0 ? own : throw Problem(SituationKeys.CertificateNoKey, given.Name);
        }

        return new GivenCertificate(file, [.. certificates], keys);
    }

    public static ArchiveException Problem(string key, string file, Exception? inner = null) => CertificateCheck.Refuse(new Situation(key, ErrorClass.Refused).With("file", file), inner);

    private static void ReadInto(string file, byte[] content, string? password, X509Certificate2Collection certificates, List<byte[]> keys)
    {
        if (content.AsSpan().IndexOf("-----BEGIN "u8) >= 0)
        {
            ReadPem(file, Encoding.Latin1.GetString(content), password, certificates, keys);
            return;
        }

        try
        {
            switch (TypeOf(content))
            {
                case X509ContentType.Cert:
                    certificates.Add(X509CertificateLoader.LoadCertificate(content));
                    break;
                case X509ContentType.Pfx:
                    ReadPfx(content, password, certificates, keys);
                    break;
                default:
                    keys.Add(KeyOf(content, password));
                    break;
            }
        }
        catch (CryptographicException e)
        {
            throw Problem(e.HResult == WrongPassword ? SituationKeys.CertificatePasswordWrong : SituationKeys.CertificateUnreadable, file, e);
        }
    }

    private static X509ContentType TypeOf(byte[] content)
    {
        try
        {
            return X509Certificate2.GetCertContentType(content);
        }
        catch (CryptographicException)
        {
            return X509ContentType.Unknown;
        }
    }

    private static void ReadPfx(byte[] content, string? password, X509Certificate2Collection certificates, List<byte[]> keys)
    {
        // Ephemeral: the key never touches a key store of the system. macOS has no such thing.
        var flags = X509KeyStorageFlags.Exportable | (OperatingSystem.IsMacOS() ? 0 : X509KeyStorageFlags.EphemeralKeySet);
        foreach (var one in X509CertificateLoader.LoadPkcs12Collection(content, password, flags))
        {
            certificates.Add(one);
            using var key = (AsymmetricAlgorithm?)one.GetRSAPrivateKey() ?? one.GetECDsaPrivateKey();
            if (key is not null)
            {
                keys.Add(key.ExportPkcs8PrivateKey());
            }
        }
    }

    private static void ReadPem(string file, string text, string? password, X509Certificate2Collection certificates, List<byte[]> keys)
    {
        try
        {
            foreach (var (label, block) in BlocksOf(text))
            {
                if (label == "CERTIFICATE")
                {
                    certificates.ImportFromPem(block);
                }
                else if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                {
                    keys.Add(KeyOf(file, label, block, password));
                }
            }
        }
        catch (CryptographicException e)
        {
            throw Problem(SituationKeys.CertificateUnreadable, file, e);
        }
    }

    private static List<(string Label, string Block)> BlocksOf(string text)
    {
        var blocks = new List<(string, string)>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            blocks.Add((rest[fields.Label].ToString(), rest[fields.Location].ToString()));
            rest = rest[fields.Location.End..];
        }

        return blocks;
    }

    private static byte[] KeyOf(string file, string label, string block, string? password)
    {
        var isEncrypted = label.StartsWith("ENCRYPTED", StringComparison.Ordinal) || block.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
        foreach (var kind in new Func<AsymmetricAlgorithm>[] { ECDsa.Create, RSA.Create })
        {
            using var key = kind();
            try
            {
                if (isEncrypted)
                {
                    key.ImportFromEncryptedPem(block, password ?? "");
                }
                else
                {
                    key.ImportFromPem(block);
                }

                return key.ExportPkcs8PrivateKey();
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                // Of the other kind, or the password is wrong: told after both.
            }
        }

        throw Problem(isEncrypted ? SituationKeys.CertificatePasswordWrong : SituationKeys.CertificateUnreadable, file);
    }

    /// <summary>A key in DER: PKCS #8, in the clear or encrypted.</summary>
    private static byte[] KeyOf(byte[] content, string? password)
    {
        if (CertificateKey.Open(content) is { } plain)
        {
            plain.Dispose();
            return content;
        }

        using var key = ECDsa.Create();
        key.ImportEncryptedPkcs8PrivateKey(password ?? "", content, out _);
        return key.ExportPkcs8PrivateKey();
    }
}
