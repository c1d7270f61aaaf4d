using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>A certificate that browsers take from this host, with its key and its issuers in order.</summary>
/// <param name="Chain">The certificate first, then issuer after issuer, without the root.</param>
internal sealed record CheckedCertificate(IReadOnlyList<X509Certificate2> Chain, byte[] Key, IReadOnlyList<string> Warnings);

/// <summary>What must hold before a certificate replaces the one in use, and what is only said.</summary>
internal static class CertificateCheck
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";   // RFC 5280 section 4.2.1.12
    private const string AnyPurpose = "2.5.29.37.0";

    /// <param name="otherKeys">Keys of this installation that a certificate without one may belong to.</param>
    /// <exception cref="ArchiveException">It must not be used; the situation says why.</exception>
    public static CheckedCertificate Check(GivenCertificate given, IReadOnlyList<byte[]> otherKeys, IReadOnlyList<string> hostNames, DateTimeOffset now)
    {
        var (leaf, key) = Match(given, otherKeys);
        CheckLeaf(leaf, now);
        var warnings = new List<string>();
        var chain = Order(leaf, given.Certificates, now, warnings);
        var names = HttpsCertificate.NamesOf(leaf);
        if (names.Count == 0)
        {
            warnings.Add("It names no host (no subject alternative names): browsers will warn.");
        }

        var others = hostNames.Where(name => !leaf.MatchesHostname(name, allowCommonName: false)).ToList();
        if (others.Count > 0 && names.Count > 0)
        {
            warnings.Add($"It is for {string.Join(", ", names)}, not for {string.Join(", ", others)}: browsers that open that name will warn.");
        }

        return new CheckedCertificate(chain, key, warnings);
    }

    /// <summary>What must hold for the certificate itself.</summary>
    /// <exception cref="ArchiveException">It does not.</exception>
    public static void CheckLeaf(X509Certificate2 leaf, DateTimeOffset now)
    {
        if (CertificateKey.WeaknessOf(leaf) is { } weakness)
        {
            throw Refuse(About(SituationKeys.CertificateWeak, leaf).With("kind", weakness));
        }

        if (now > new DateTimeOffset(leaf.NotAfter))
        {
            throw Refuse(About(SituationKeys.CertificateExpired, leaf).With("date", new DateTimeOffset(leaf.NotAfter).ToString("O")));
        }

        if (now < new DateTimeOffset(leaf.NotBefore))
        {
            throw Refuse(About(SituationKeys.CertificateNotYet, leaf).With("date", new DateTimeOffset(leaf.NotBefore).ToString("O")));
        }

        var purposes = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>().Select(one => one.Value)).ToList();
        if (purposes.Count > 0 && !purposes.Contains(ServerAuthentication) && !purposes.Contains(AnyPurpose))
        {
            throw Refuse(About(SituationKeys.CertificatePurpose, leaf));
        }
    }

    public static ArchiveException Refuse(Situation situation, Exception? inner = null) =>
        new(situation, SituationText.What(situation, System.Globalization.CultureInfo.InvariantCulture, TimeZoneInfo.Local), inner);

    /// <summary>The certificate that one of the keys belongs to, wherever in the file it stands.</summary>
    private static (X509Certificate2 Leaf, byte[] Key) Match(GivenCertificate given, IReadOnlyList<byte[]> otherKeys)
    {
        foreach (var key in given.Keys.Count > 0 ? given.Keys : otherKeys)
        {
            if (given.Certificates.FirstOrDefault(one => CertificateKey.Fits(one, key)) is { } leaf)
            {
                return (leaf, key);
            }
        }

        throw GivenCertificate.Problem(given.Keys.Count > 0 ? SituationKeys.CertificateKeyDiffers : SituationKeys.CertificateNoKey, given.File);
    }

    /// <summary>Servers send issuer after issuer (RFC 8446 section 4.4.2); files have them in any order, and roots that no client needs.</summary>
    private static List<X509Certificate2> Order(X509Certificate2 leaf, IReadOnlyList<X509Certificate2> given, DateTimeOffset now, List<string> warnings)
    {
        var others = given.Where(one => one != leaf).ToArray();
        using var builder = new X509Chain();
        builder.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        builder.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        builder.ChainPolicy.DisableCertificateDownloads = true;
        builder.ChainPolicy.ExtraStore.AddRange(others);
        builder.ChainPolicy.CustomTrustStore.AddRange(others.Where(IsSelfIssued).ToArray());
        builder.Build(leaf);
        var path = builder.ChainElements.Skip(1).Select(element => given.FirstOrDefault(one => one.RawData.AsSpan().SequenceEqual(element.Certificate.RawData)))
            .OfType<X509Certificate2>().ToList();
        var last = path.LastOrDefault() ?? leaf;
        if (path.Count == 0 && !IsSelfIssued(leaf))
        {
            warnings.Add($"The file does not hold the issuer, {last.Issuer}: clients that do not know it already will warn.");
        }

        foreach (var old in path.Where(one => now > new DateTimeOffset(one.NotAfter)))
        {
            warnings.Add($"The issuer {old.Subject} has expired: clients will warn.");
        }

        var unused = others.Length - path.Count;
        if (unused > 0)
        {
            warnings.Add($"{Cli.Numbers.Count(unused, "certificate", "certificates")} of the file left out: not an issuer of this one.");
        }

        return [leaf, .. path.Where(one => !IsSelfIssued(one))];
    }

    private static bool IsSelfIssued(X509Certificate2 one) => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData);

    private static Situation About(string key, X509Certificate2 leaf)
    {
        var names = HttpsCertificate.NamesOf(leaf).Take(5).ToList();
        return new Situation(key, ErrorClass.Refused).With("names", names.Count > 0 ? string.Join(", ", names) : leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }
}
