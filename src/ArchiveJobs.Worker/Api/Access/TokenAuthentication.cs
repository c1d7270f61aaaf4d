using System.Text.Encodings.Web;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ArchiveJobs.Worker.Api.Access;

/// <summary>Authorization: Bearer ajt_…; nothing else is looked at.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenBook tokens, FailedTokens failed)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "archivejobs-token";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (await tokens.CheckAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is { } token)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(ApiCaller.Of(token), Scheme));
        }

        failed.Note(Context.Connection.RemoteIpAddress);
        return AuthenticateResult.Fail("Not a token that holds.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var wasGiven = Request.Headers.Authorization.Count > 0;
        if (wasGiven && failed.IsTooMany(Context.Connection.RemoteIpAddress))
        {
            Response.Headers.RetryAfter = "60";
            return ApiProblem.WriteAsync(Context, StatusCodes.Status429TooManyRequests, ApiProblem.Of(SituationKeys.ApiTooMany));
        }

        Response.Headers.WWWAuthenticate = wasGiven ? "Bearer error=\"invalid_token\"" : "Bearer";   // RFC 6750 section 3.
        return ApiProblem.WriteAsync(Context, StatusCodes.Status401Unauthorized, ApiProblem.Of(wasGiven ? SituationKeys.ApiTokenRefused : SituationKeys.ApiTokenMissing));
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var right = Context.GetEndpoint()?.Metadata.GetMetadata<ApiRight>();
        var situation = right is { NeedsMail: true }
            ? ApiProblem.Of(SituationKeys.ApiNoMail)
            : ApiProblem.Of(SituationKeys.ApiScope).With("kind", right?.Scope.ToString().ToLowerInvariant());
        return ApiProblem.WriteAsync(Context, StatusCodes.Status403Forbidden, situation.With("name", Context.TokenName()));
    }
}
