using System.Security.Claims;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using Microsoft.AspNetCore.Authorization;

namespace ArchiveJobs.Worker.Api.Access;

/// <summary>What an address of the API asks of a token. Stands at each route, so that the answer 403 and the OpenAPI document can say it.</summary>
internal sealed record ApiRight(string Policy, TokenScope Scope, bool NeedsMail)
{
    public static readonly ApiRight Read = new("api-read", TokenScope.Read, false);
    public static readonly ApiRight Operate = new("api-operate", TokenScope.Operate, false);
    public static readonly ApiRight Admin = new("api-admin", TokenScope.Admin, false);

    /// <summary>Search and read mail: the scope admin, or any with --read-mail (docs/adr/0701).</summary>
    public static readonly ApiRight Mail = new("api-mail", TokenScope.Read, true);

    public static void AddTo(AuthorizationOptions options)
    {
        foreach (var right in new[] { Read, Operate, Admin, Mail })
        {
            // Names its scheme: the cookie of a session is not looked at.
            options.AddPolicy(right.Policy, policy => policy.AddAuthenticationSchemes(TokenAuthentication.Scheme).RequireAuthenticatedUser()
                .RequireAssertion(context => right.Allows(context.User)));
        }
    }

    private bool Allows(ClaimsPrincipal token) => ApiCaller.ScopeOf(token) >= Scope && (!NeedsMail || token.HasClaim(claim => claim.Type == ApiCaller.MailClaim));
}

/// <summary>Who asks.</summary>
internal static class ApiCaller
{
    public const string MailClaim = "archivejobs-mail";
    public const string ScopeClaim = "archivejobs-scope";

    public static ClaimsPrincipal Of(ApiToken token)
    {
        var claims = new List<Claim> { new(ClaimTypes.Name, token.Name), new(ScopeClaim, token.Scope.ToString()) };
        if (token.MayReadMail)
        {
            claims.Add(new Claim(MailClaim, "true"));
        }

        return new ClaimsPrincipal(new ClaimsIdentity(claims, TokenAuthentication.Scheme));
    }

    public static string TokenName(this HttpContext http) => http.User.Identity?.Name ?? "";

    /// <summary>As the ledger and the audit trail name it.</summary>
    public static string Actor(this HttpContext http) => TokenActor.Of(http.TokenName());

    public static TokenScope? ScopeOf(ClaimsPrincipal token) => Enum.TryParse<TokenScope>(token.FindFirstValue(ScopeClaim), out var scope) ? scope : null;
}
