using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

internal static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder api) => api.MapGet("/audit", ListAsync).For(ApiRight.Read)
        .Tells("listAuditEvents", "The audit trail, newest first; since is an instant with its offset; after is the value of next.");

    private static async Task<IResult> ListAsync(
        HttpContext http, AuditReader reader, DateTimeOffset? since, DateTimeOffset? until, string? action, string? actor, AuditLevel? level, long? after, int? limit)
    {
        var size = ApiJson.Limit(limit, 1000);
        var filter = new AuditFilter { Since = since, Until = until, Action = action, Actor = actor, MinLevel = level };
        var page = await reader.ListAsync(filter, after, size, http.RequestAborted);
        var document = AuditListCommand.ToJson(await reader.ReadHeadAsync(http.RequestAborted), page);
        document["next"] = page.Count == size ? JsonValue.Create(page[^1].Id) : null;
        return ApiJson.Answer(document);
    }
}
