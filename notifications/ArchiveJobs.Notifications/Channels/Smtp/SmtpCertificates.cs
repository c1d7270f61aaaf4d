using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ArchiveJobs.Notifications.Channels.Smtp;

/// <summary>
/// Decides about the server's certificate: the system's authorities, then the channel's own, then nobody. Revocation lists are not asked for:
/// such hosts often reach the mail server and nothing else.
/// </summary>
internal sealed class SmtpCertificates(string? trustedPem)
{
    /// <summary>A certificate was shown and not accepted.</summary>
    public bool HasRefused { get; private set; }

    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var isAccepted = errors == SslPolicyErrors.None
            || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate is not null && chain is not null && IsTrustedHere(certificate, chain));
        HasRefused = !isAccepted;
        return isAccepted;
    }

    // Only the chain may be ours to vouch for: a wrong name stays wrong.
    private bool IsTrustedHere(X509Certificate certificate, X509Chain received)
    {
        if (string.IsNullOrWhiteSpace(trustedPem))
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(received.ChainPolicy.ExtraStore);
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(trustedPem);
        using var shown = new X509Certificate2(certificate);
        return chain.Build(shown);
    }
}
