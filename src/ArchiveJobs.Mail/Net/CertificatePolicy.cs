using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Net;

/// <summary>
/// Decides about a server's certificate: the system's authorities, then the profile's own, then nobody. Remembers why it said no.
/// Revocation lists are not asked for: archive hosts often reach the mail server and nothing else.
/// </summary>
internal sealed class CertificatePolicy(MailboxConnection connection)
{
    public const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Why the last certificate was refused; null when it was not.</summary>
    public Situation? Refusal { get; private set; }

    /// <summary>For <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (connection.IgnoreCertificate || errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (certificate is null)
        {
            Refusal = Problem(SituationKeys.TlsUntrusted);
            return false;
        }

        using var shown = new X509Certificate2(certificate);
        Refusal = ChainProblem(shown, chain, errors) ?? NameProblem(shown, errors);
        return Refusal is null;
    }

    // Trust comes before the name: a name on a certificate that nobody vouches for says nothing.
    private Situation? ChainProblem(X509Certificate2 shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) || chain is null)
        {
            return null;
        }

        var found = Faults(chain);
        if (connection.TrustedCertificates is { Length: > 0 } pem)
        {
            using var own = BuildOwnChain(shown, chain, pem);
            found = Faults(own);
        }

        const X509ChainStatusFlags OnlyTime = X509ChainStatusFlags.NotTimeValid;
        return found switch
        {
            X509ChainStatusFlags.NoError => null,
            OnlyTime => Problem(SituationKeys.TlsExpired)
                .With("date", shown.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            _ when shown.SubjectName.RawData.AsSpan().SequenceEqual(shown.IssuerName.RawData) => Problem(SituationKeys.TlsSelfSigned)
                .With("fingerprint", shown.GetCertHashString(HashAlgorithmName.SHA256)),
            _ => Problem(SituationKeys.TlsUntrusted).With("issuer", shown.Issuer),
        };
    }

    private Situation? NameProblem(X509Certificate2 shown, SslPolicyErrors errors) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? Problem(SituationKeys.TlsWrongName).With("names", NamesOf(shown)) : null;

    private static X509ChainStatusFlags Faults(X509Chain chain)
    {
        var faults = X509ChainStatusFlags.NoError;
        foreach (var status in chain.ChainStatus)
        {
            faults |= status.Status;
        }

        return faults;
    }

    private X509Chain BuildOwnChain(X509Certificate2 shown, X509Chain received, string pem)
    {
        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(received.ChainPolicy.ExtraStore);
        try
        {
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            chain.Dispose();
            throw new ArchiveException(Problem(SituationKeys.TlsUntrusted), "The CA file of the profile is not PEM text of certificates.", e);
        }

        chain.Build(shown);
        return chain;
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension names)
            {
                return string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())).Take(5));
            }
        }

        return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private Situation Problem(string key) => new Situation(key, ErrorClass.Configuration).With("host", connection.Host).With("port", connection.Port);
}
