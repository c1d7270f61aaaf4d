using ArchiveJobs.Core;
using ArchiveJobs.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ArchiveJobs.Dashboard.Reading;

/// <summary>Bodies and files of messages. What comes from a stranger is never given a type that a browser would run.</summary>
internal static class MailEndpoints
{
    private const string BodyPolicy = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

    public static void MapMail(this IEndpointRouteBuilder routes)
    {
        var mail = routes.MapGroup("/mail/{store:int}/{id}").RequireAuthorization(Rights.ReadMail);
        mail.MapGet("/html", ShowHtmlAsync);
        mail.MapGet("/eml", DownloadAsync);
        mail.MapGet("/part/{number:int}", DownloadPartAsync);
    }

    private static async Task<IResult> ShowHtmlAsync(int store, string id, HttpContext http, MessageReader reader, MailAudit audit)
    {
        if (!ContentId.TryParse(id, out var message) || await reader.ReadAsync(store, message, http.RequestAborted) is not { Html: { } body })
        {
            return Results.NotFound();
        }

        await audit.ReadAsync(PersonOf(http), store, message, http.RequestAborted);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = BodyPolicy;
        headers.XFrameOptions = "SAMEORIGIN";
        return Results.Content(body.Html, "text/html; charset=utf-8");
    }

    private static async Task<IResult> DownloadAsync(int store, string id, HttpContext http, MessageReader reader, MailAudit audit)
    {
        if (!ContentId.TryParse(id, out var message) || await reader.OpenAsync(store, message, http.RequestAborted) is not { } found)
        {
            return Results.NotFound();
        }

        http.Response.RegisterForDisposeAsync(found.Octets);
        await audit.DownloadAsync(PersonOf(http), store, message, part: null, http.RequestAborted);
        http.Response.ContentLength = found.Summary.Size;
        return File(http, found.Octets, "message/rfc822", $"{id[..12]}.eml");
    }

    private static async Task<IResult> DownloadPartAsync(int store, string id, int number, HttpContext http, MessageReader reader, MailAudit audit)
    {
        if (!ContentId.TryParse(id, out var message) || number < 0 || await reader.OpenAttachmentAsync(store, message, number, http.RequestAborted) is not { } found)
        {
            return Results.NotFound();
        }

        await audit.DownloadAsync(PersonOf(http), store, message, number, http.RequestAborted);
        return File(http, found.Content, "application/octet-stream", found.Name);
    }

    private static string PersonOf(HttpContext http) => http.User.Identity?.Name ?? "";

    private static IResult File(HttpContext http, Stream content, string type, string name)
    {
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return Results.Stream(content, type, name);
    }
}
