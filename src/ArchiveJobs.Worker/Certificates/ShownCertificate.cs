using System.Net.Security;
using System.Security.Authentication;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>Gives each handshake the certificate of that moment, so that a new one needs no restart. Thread-safe.</summary>
internal sealed class ShownCertificate(CertificateShelf shelf, ILogger<ShownCertificate> logger)
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    private volatile Made? _made;

    /// <exception cref="CommandException">There is none that can be read, and was none before.</exception>
    public SslServerAuthenticationOptions ForHandshake() => new() { ServerCertificateContext = Current().Context, EnabledSslProtocols = Protocols };

    private Made Current()
    {
        var made = _made;
        try
        {
            var certificate = shelf.Read() ?? throw new CommandException(ExitCodes.Failed, "There is no certificate.");
            if (made?.Certificate != certificate)
            {
                // Offline: the issuers that were imported are sent, no others are fetched.
                made = new Made(certificate, SslStreamCertificateContext.Create(certificate.Leaf, [.. certificate.Chain], offline: true));
                _made = made;
                logger.CertificateShown(certificate.Fingerprint, certificate.NotAfter);
            }
        }
        catch (CommandException e) when (made is not null)
        {
            logger.CertificateUnreadable(e);
        }

        return made!;
    }

    private sealed record Made(HttpsCertificate Certificate, SslStreamCertificateContext Context);
}
