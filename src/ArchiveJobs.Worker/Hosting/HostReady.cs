using ArchiveJobs.Worker.Certificates;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>What a person is told when a host is up.</summary>
/// <param name="SecureUrl">Null when https is off.</param>
/// <param name="Certificate">Null when https is off, or none can be read.</param>
/// <param name="Warnings">What somebody should see to.</param>
internal sealed record HostReady(string Url, string? SecureUrl, HttpsCertificate? Certificate, IReadOnlyList<string> Warnings);
