using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>Who asks in a browser for what is not there gets the answer 404 with a page; programs get the bare answer.</summary>
internal static class UnknownAddress
{
    /// <summary>With the menu for who is logged in; without, and without a circuit, for strangers.</summary>
    public const string Page = "/not-found", PlainPage = "/missing";

    /// <summary>Needs to know who asks: after the authentication.</summary>
    public static void UsePageForUnknownAddress(this IApplicationBuilder app)
    {
        app.Show(Page, http => http.User.Identity?.IsAuthenticated == true);
        app.Show(PlainPage, http => http.User.Identity?.IsAuthenticated != true);
    }

    // Not in a branch (UseWhen): one has no end points of its own to show.
    private static void Show(this IApplicationBuilder app, string page, Func<HttpContext, bool> isFor)
    {
        app.UseStatusCodePagesWithReExecute(page, createScopeForStatusCodePages: true);
        app.Use(async (http, next) =>
        {
            var pages = http.Features.Get<IStatusCodePagesFeature>();
            var isWanted = IsForEyes(http.Request) && isFor(http);
            await next(http);
            if (pages is not null && (!isWanted || http.Response.StatusCode != StatusCodes.Status404NotFound))
            {
                pages.Enabled = false;
            }
        });
    }

    // A frame, a picture or a download that is not there is no place for a whole page.
    private static bool IsForEyes(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Dest"].ToString() is "" or "document"
        && !request.Path.StartsWithSegments("/api") && !request.Path.StartsWithSegments("/healthz");
}
