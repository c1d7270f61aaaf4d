using Microsoft.Extensions.Primitives;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>
/// Cookies over https are Secure and have names of their own: browsers keep one jar for all ports of a host, and never let http replace a Secure cookie.
/// Whoever opened https://localhost could otherwise no longer log in at http://localhost.
/// </summary>
internal static class SecureCookies
{
    private const string Prefix = "__Host-";   // RFC 6265bis section 4.1.3.2: Secure, no Domain, Path=/

    public static IApplicationBuilder UseSecureCookies(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.IsHttps)
        {
            http.Request.Headers.Cookie = Received(http.Request.Headers.Cookie);
            http.Response.OnStarting(() =>
            {
                http.Response.Headers.SetCookie = Sent(http.Response.Headers.SetCookie);
                return Task.CompletedTask;
            });
        }

        return next(http);
    });

    /// <summary>Only those that came here over https, under the names that the pages know.</summary>
    public static StringValues Received(StringValues cookies)
    {
        var own = cookies.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(cookie => cookie.StartsWith(Prefix, StringComparison.Ordinal)).Select(cookie => cookie[Prefix.Length..]).ToList();
        return own.Count == 0 ? StringValues.Empty : string.Join("; ", own);
    }

    public static StringValues Sent(StringValues cookies) => new(
        [.. cookies.OfType<string>().Select(cookie => Prefix + cookie + (cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase) ? "" : "; secure"))]);
}
