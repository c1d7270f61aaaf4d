using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Cli;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Worker.Api;

/// <summary>People who may log in to the dashboard.</summary>
internal static class UsersApi
{
    private const int Largest = 500;

    public static void MapUsers(this IEndpointRouteBuilder api) =>
        api.MapGet("/users", ListAsync).For(ApiRight.Admin).Tells("listUsers", "Who may log in, by number, without passwords; after is the id of the last one seen.");

    private static async Task<IResult> ListAsync(HttpContext http, IDbContextFactory<MasterContext> contexts, int? after, int? limit)
    {
        var size = ApiJson.Limit(limit, Largest);
        var from = after ?? 0;
        await using var db = await contexts.CreateDbContextAsync(http.RequestAborted);
        var page = await db.Logins.AsNoTracking().Where(login => login.Id > from).OrderBy(login => login.Id).Take(size).ToListAsync(http.RequestAborted);
        return ApiJson.Page("users", page.Select(ToJson), page.Count == size ? page[^1].Id : null);
    }

    private static JsonObject ToJson(Login login) => new()
    {
        ["id"] = login.Id,
        ["name"] = login.Name,
        ["role"] = login.Role.ToString(),
        ["disabled"] = login.IsDisabled,
        ["mustChangePassword"] = login.MustChangePassword,
        ["lockedUntilUtc"] = login.LockedUntil is { } until ? Numbers.Utc(until) : null,
        ["lastLoginUtc"] = login.LastLoginAt is { } at ? Numbers.Utc(at) : null,
        ["createdUtc"] = Numbers.Utc(login.CreatedAt),
    };
}
