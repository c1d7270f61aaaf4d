using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>What browsers may do with the pages. Message bodies have a stricter policy of their own.</summary>
internal static class WebRules
{
    // MudBlazor and the bars of progress set styles on elements: 'unsafe-inline' for styles only. No inline script anywhere.
    private const string Pages =
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'self'; object-src 'none'";

    public static void UseRules(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (!http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/openapi"))
        {
            http.Response.Headers.ContentSecurityPolicy = Pages;   // Those are no pages and keep the host's policy, which allows nothing.
        }

        if (IsStatic(http.Request.Path))
        {
            http.Response.Headers.Remove("Cache-Control");   // The files say themselves how long they are good.
        }

        return next(http);
    });

    private static bool IsStatic(PathString path) => path.StartsWithSegments("/_content") || path.StartsWithSegments("/_framework");
}
