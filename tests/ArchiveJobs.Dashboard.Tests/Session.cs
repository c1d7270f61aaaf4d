using System.Globalization;
using System.Security.Claims;
using ArchiveJobs.Master;
using Microsoft.AspNetCore.Components.Authorization;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Who is logged in, as a circuit knows it; nobody at first.</summary>
internal sealed class Session : AuthenticationStateProvider
{
    private ClaimsPrincipal _person = new();

    public void Is(Login login) => _person = new ClaimsPrincipal(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, login.Id.ToString(CultureInfo.InvariantCulture)),
            new Claim(ClaimTypes.Role, login.Role.ToString()),
            new Claim("AspNet.Identity.SecurityStamp", login.SecurityStamp),
        ], "test"));

    public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(_person));
}
