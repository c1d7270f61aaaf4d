using System.Security.Claims;
using ArchiveJobs.Master;
using Microsoft.AspNetCore.Authorization;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>Names of the rights, for pages and handlers. Each is a set of roles.</summary>
public static class Rights
{
    /// <summary>Start, cancel and retry runs.</summary>
    public const string Operate = "operate";

    /// <summary>Search and read mail.</summary>
    public const string ReadMail = "read-mail";

    /// <summary>Read the audit trail.</summary>
    public const string ReadAudit = "read-audit";

    /// <summary>Profiles, users and everything else.</summary>
    public const string Administer = "administer";

    /// <summary>Claim of a session whose first password still has to be changed: it may do nothing else.</summary>
    internal const string MustChangePassword = "must-change-password";

    internal const string Language = "language";

    internal static bool Allows(LoginRole role, string right) => right switch
    {
        Operate => role is LoginRole.Administrator or LoginRole.Operator,
        ReadMail or ReadAudit => role is LoginRole.Administrator or LoginRole.Auditor,
        Administer => role is LoginRole.Administrator,
        _ => false,
    };

    internal static LoginRole? RoleOf(ClaimsPrincipal person) =>
        Enum.TryParse<LoginRole>(person.FindFirstValue(ClaimTypes.Role), out var role) ? role : null;

    internal static int IdOf(ClaimsPrincipal person) =>
        int.TryParse(person.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : 0;

    internal static void AddTo(AuthorizationOptions options)
    {
        var known = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(context => !context.User.HasClaim(claim => claim.Type == MustChangePassword)).Build();
        options.DefaultPolicy = known;
        foreach (var right in new[] { Operate, ReadMail, ReadAudit, Administer })
        {
            options.AddPolicy(right, policy => policy.Combine(known).RequireAssertion(context => RoleOf(context.User) is { } role && Allows(role, right)));
        }
    }
}
