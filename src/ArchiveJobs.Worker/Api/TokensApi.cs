using System.Globalization;
using ArchiveJobs.Master.Tokens;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <param name="Scope">read, operate or admin.</param>
/// <param name="ExpiresInDays">1 to 3,653; left out: 365.</param>
internal sealed record TokenBody(string Name, string Scope, bool ReadMail = false, int? ExpiresInDays = null);

internal static class TokensApi
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        api.MapGet("/tokens", ListAsync).For(ApiRight.Admin).Tells("listTokens", "All tokens, revoked ones too, without their secrets.");
        api.MapPost("/tokens", AddAsync).For(ApiRight.Admin).Takes<TokenBody>().Tells("addToken", "Makes a token; the answer is the only place that shows it.", StatusCodes.Status201Created);
        api.MapDelete("/tokens/{id:int}", RevokeAsync).For(ApiRight.Admin).Tells("revokeToken", "Revokes it at once.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, TokenBook tokens, TimeProvider time) =>
        ApiJson.Page("tokens", (await tokens.ListAsync(http.RequestAborted)).Select(token => TokenCommands.ToJson(token, time.GetUtcNow())), null);

    private static async Task<IResult> AddAsync(HttpContext http, TokenBook tokens, TimeProvider time)
    {
        var body = await ApiJson.ReadAsync<TokenBody>(http);
        var order = new TokenOrder(body.Name, TokenCommands.ReadScope(body.Scope), body.ReadMail, body.ExpiresInDays is { } days ? TimeSpan.FromDays(days) : TokenOrder.UsualLifetime);
        var (token, text) = await tokens.CreateAsync(order, http.Actor(), http.RequestAborted);
        var json = TokenCommands.ToJson(token, time.GetUtcNow());
        json["token"] = text.Reveal();
        return ApiJson.Answer(json, StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeAsync(HttpContext http, TokenBook tokens, TimeProvider time, int id)
    {
        var revoked = await tokens.RevokeAsync(id.ToString(CultureInfo.InvariantCulture), http.Actor(), http.RequestAborted) ?? throw ApiException.Missing($"token {id}");
        return ApiJson.Answer(TokenCommands.ToJson(revoked, time.GetUtcNow()));
    }
}
