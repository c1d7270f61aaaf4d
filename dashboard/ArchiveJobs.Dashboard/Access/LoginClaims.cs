using System.Security.Claims;
using ArchiveJobs.Master;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>What a session knows of its person.</summary>
internal sealed class LoginClaims(UserManager<Login> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Login>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Login user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(ClaimTypes.Role, user.Role.ToString()));
        if (user.MustChangePassword)
        {
            identity.AddClaim(new Claim(Rights.MustChangePassword, "true"));
        }

        return identity;
    }
}

/// <summary>A login that was switched off opens no session.</summary>
internal sealed class LoginGate : IUserConfirmation<Login>
{
    public Task<bool> IsConfirmedAsync(UserManager<Login> manager, Login user) => Task.FromResult(!user.IsDisabled);
}
