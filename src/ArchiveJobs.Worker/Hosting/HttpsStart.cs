using System.Globalization;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>The certificate at the start of a host: made before anybody can connect, told to the audit trail once that is open.</summary>
/// <param name="names">What people call this host; none for what was configured before.</param>
internal sealed class HttpsStart(IServiceProvider services, IReadOnlyList<string> names)
{
    private AuditEntry? _made;

    public HttpsCertificate? Certificate { get; private set; }

    /// <summary>A file that cannot be read stops no host: archiving matters more, and a new certificate is shown without a restart.</summary>
    public void Prepare(List<string> warnings)
    {
        try
        {
            _made = services.GetRequiredService<CertificateDesk>().Prepare(names);
            Certificate = services.GetRequiredService<CertificateShelf>().Read();
        }
        catch (CommandException e)
        {
            warnings.Add($"Nobody can connect over https: {e.Message}");
        }

        if (Certificate is { IsMadeHere: false, UncoveredNames: { Count: > 0 } uncovered })
        {
            warnings.Add($"The certificate is not for {string.Join(", ", uncovered)}: browsers that open that name will warn. See: archivejobs certificate show");
        }
    }

    public Task TellAsync(CancellationToken cancellationToken) =>
        _made is null ? Task.CompletedTask : services.GetRequiredService<CertificateDesk>().TellAsync(_made, cancellationToken);

    /// <summary>With a name that the certificate is for, when it listens to the network.</summary>
    public string? UrlOf(IEnumerable<string> urls)
    {
        var url = BindingAddress.Parse(urls.First(one => one.StartsWith("https:", StringComparison.Ordinal)));
        var isOpen = url.Host.Trim('[', ']') is "::" or "0.0.0.0" or "*" or "+";
        var host = isOpen ? Certificate is { HostNames: [var name, ..] } ? name : "localhost" : url.Host;
        return string.Create(CultureInfo.InvariantCulture, $"https://{host}:{url.Port}");
    }
}
