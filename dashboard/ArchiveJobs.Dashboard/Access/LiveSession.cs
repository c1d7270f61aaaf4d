using ArchiveJobs.Master;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>Ends open pages of a login whose password or role was changed, or that was switched off.</summary>
internal sealed class LiveSession(ILoggerFactory loggers, IDbContextFactory<MasterContext> contexts) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(1);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        var id = Rights.IdOf(authenticationState.User);
        var stamp = authenticationState.User.FindFirst("AspNet.Identity.SecurityStamp")?.Value;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Logins.AsNoTracking().AnyAsync(login => login.Id == id && login.SecurityStamp == stamp && !login.IsDisabled, cancellationToken);
    }
}
