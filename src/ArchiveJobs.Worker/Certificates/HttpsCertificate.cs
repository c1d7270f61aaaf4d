using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>What this host shows to browsers. Never disposed: handshakes of a former one may still go on.</summary>
/// <param name="Leaf">With its private key.</param>
/// <param name="Chain">Sent after it, issuer after issuer, without the root.</param>
/// <param name="IsMadeHere">Self-signed by this installation, which also renews it.</param>
/// <param name="HostNames">What people call this host, as it was configured; other names may stand in the certificate.</param>
internal sealed record HttpsCertificate(X509Certificate2 Leaf, IReadOnlyList<X509Certificate2> Chain, bool IsMadeHere, IReadOnlyList<string> HostNames)
{
    /// <summary>SHA-256 of the certificate in DER, upper case, as browsers show it.</summary>
    public string Fingerprint => string.Join(':', SHA256.HashData(Leaf.RawData).Select(octet => octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));

    public DateTimeOffset NotBefore => new(Leaf.NotBefore);

    public DateTimeOffset NotAfter => new(Leaf.NotAfter);

    public bool IsSelfSigned => Leaf.SubjectName.RawData.AsSpan().SequenceEqual(Leaf.IssuerName.RawData);

    public string KeyKind => CertificateKey.KindOf(Leaf);

    /// <summary>DNS names and addresses that it is valid for.</summary>
    public IReadOnlyList<string> AlternativeNames { get; } = NamesOf(Leaf);

    /// <summary>Configured names that a browser would warn about.</summary>
    public IReadOnlyList<string> UncoveredNames => [.. HostNames.Where(name => !Leaf.MatchesHostname(name, allowCommonName: false))];

    /// <summary>The host was configured with this name, or the certificate names it. A wildcard names nobody in particular.</summary>
    public bool IsFor(string host) => HostNames.Concat(AlternativeNames).Contains(host, StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<string> NamesOf(X509Certificate2 certificate) =>
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))];
}
