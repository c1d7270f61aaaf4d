using System.Net;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>What every answer carries, and which names this host answers to.</summary>
internal static class WebProtection
{
    // The dashboard loosens it for its own pages.
    private const string Policy =
        "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

    public static IApplicationBuilder UseProtection(this IApplicationBuilder app, Func<string, bool> isName) => app.Use((http, next) =>
    {
        // A page of a stranger that points its own name at 127.0.0.1 is refused here.
        if (!IsKnown(http.Request.Host.Host, isName))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }

        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return next(http);
    });

    private static bool IsKnown(string host, Func<string, bool> isName) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))
        || isName(host);
}
