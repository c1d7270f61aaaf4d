using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Worker.Api;

/// <summary>Words that several bodies have.</summary>
internal static class ApiWords
{
    /// <summary>Null when not given.</summary>
    public static ConnectionSecurity? Security(string? word) => word switch
    {
        null => null,
        "none" => ConnectionSecurity.None,
        "starttls" => ConnectionSecurity.StartTls,
        "tls" => ConnectionSecurity.Tls,
        _ => throw ApiException.Refused($"security {word} is not known: none, starttls or tls."),
    };

    /// <summary>PEM text; null when not given.</summary>
    public static string? Certificates(string? pem) => pem is null || pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
        ? pem
        : throw ApiException.Refused("caCertificates holds no certificate in PEM form.");
}
