using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Dashboard.Reading;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Api;

/// <param name="Messages">SHA-256 of each, whole.</param>
/// <param name="Reason">Kept in the archive for good.</param>
internal sealed record DeletionBody(string[] Messages, string Reason);

/// <summary>Mail itself: only for tokens that may read it.</summary>
internal static class MessagesApi
{
    private const int MaxFound = 1000;

    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        api.MapGet("/messages", SearchAsync).For(ApiRight.Mail).Tells("searchMessages", "Finds messages: q as in the search of the dashboard; offset passes over hits.");
        api.MapGet("/messages/{sha256}", ShowAsync).For(ApiRight.Mail).Tells("getMessage", "One message: where it is filed, and its text.");
        api.MapGet("/messages/{sha256}/raw", SendAsync).For(ApiRight.Mail).WithName("getMessageOctets").WithSummary("Its octets as they were archived.")
            .Produces<Stream>(StatusCodes.Status200OK, "message/rfc822");
        api.MapPost("/messages/delete", DeleteAsync).For(ApiRight.Admin).Takes<DeletionBody>().Tells("deleteMessages", "Deletes messages in the archive for good.");
    }

    private static async Task<IResult> SearchAsync(HttpContext http, IStoreBook book, IStoreSearch search, string? q, int? store, int? limit, int? offset, bool? newest)
    {
        var size = ApiJson.Limit(limit, MaxFound);
        if (string.IsNullOrWhiteSpace(q) || offset < 0 || (offset ?? 0) + size > MaxFound)
        {
            throw ApiException.Refused($"q is what to search for; offset and limit together reach at most {MaxFound}.");
        }

        var stores = await StoresApi.OpenAsync(http, book, store);
        return ApiJson.Answer(await SearchCommand.FindAsync(search, stores, q, offset ?? 0, size, newest ?? false, http.RequestAborted));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, IStoreBook book, MailAudit audit, string sha256, int? store)
    {
        var (held, summary) = await FindAsync(http, book, sha256, store);
        await audit.ReadAsync(http.Actor(), held.Location.Id, summary.Id, http.RequestAborted);   // What cannot be told is not shown.
        await using var octets = await held.OpenMessageAsync(summary.Id, http.RequestAborted) ?? throw ApiException.Missing($"message {summary.Id}");
        var json = MessageJson.Of(summary, held.Location.Id, null);
        json["text"] = (await MessageText.ReadAsync(octets, http.RequestAborted)).Body;
        return ApiJson.Answer(json);
    }

    private static async Task<IResult> SendAsync(HttpContext http, IStoreBook book, MailAudit audit, string sha256, int? store)
    {
        var (held, summary) = await FindAsync(http, book, sha256, store);
        await audit.DownloadAsync(http.Actor(), held.Location.Id, summary.Id, null, http.RequestAborted);
        var octets = await held.OpenMessageAsync(summary.Id, http.RequestAborted) ?? throw ApiException.Missing($"message {summary.Id}");
        http.Response.ContentLength = summary.Size;
        http.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return Results.Stream(octets, "message/rfc822", $"{summary.Id.ToString()[..12]}.eml");
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, IStoreBook book, IAuditTrail audit)
    {
        var body = await ApiJson.ReadAsync<DeletionBody>(http);
        var order = new DeletionOrder(http.Actor(), body.Reason);
        var mistake = order.FindMistake() ?? (body.Messages.Length is 0 or > 10_000 ? "messages names 1 to 10,000 messages." : null)
            ?? (Array.Find(body.Messages, word => !ContentId.TryParse(word, out _)) is { } wrong ? $"{wrong} is no SHA-256 of 64 hexadecimal digits." : null);
        if (mistake is not null)
        {
            throw ApiException.Refused(mistake);
        }

        var outcome = await MessageDeleteCommand.DeleteAsync(await StoresApi.OpenAsync(http, book, null), body.Messages, order, audit, http.RequestAborted);
        return ApiJson.Answer(outcome.ToJson());
    }

    private static async Task<(IArchiveStore Store, MessageSummary Summary)> FindAsync(HttpContext http, IStoreBook book, string sha256, int? store)
    {
        if (!ContentId.TryParse(sha256, out var id))
        {
            throw ApiException.Refused($"{sha256} is no SHA-256 of 64 hexadecimal digits.");
        }

        foreach (var opened in await StoresApi.OpenAsync(http, book, store))
        {
            // Described first: a message that was deleted in the archive is not described, though its octets may still lie there.
            if (await opened.DescribeAsync([id], http.RequestAborted) is [var summary])
            {
                return (opened, summary);
            }
        }

        throw ApiException.Missing($"message {id}");
    }
}
