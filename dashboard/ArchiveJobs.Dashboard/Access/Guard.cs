using ArchiveJobs.Master;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>
/// Asked by every handler that changes or shows something protected, each time: a page may have been opened before the right was taken away,
/// and a hidden button can still be pressed by who writes to the circuit by hand.
/// </summary>
internal sealed class Guard(AuthenticationStateProvider session, IDbContextFactory<MasterContext> contexts, ILogger<Guard> logger)
{
    /// <returns>The person, as the master database knows them now.</returns>
    /// <exception cref="UnauthorizedAccessException">The person lacks the right, or the session is not valid any more. Nothing was done.</exception>
    public async Task<Login> RequireAsync(string right, CancellationToken cancellationToken)
    {
        var person = (await session.GetAuthenticationStateAsync()).User;
        var id = Rights.IdOf(person);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var login = await db.Logins.AsNoTracking().FirstOrDefaultAsync(one => one.Id == id, cancellationToken);
        var stamp = person.FindFirst("AspNet.Identity.SecurityStamp")?.Value;
        if (login is null || login.IsDisabled || login.MustChangePassword || login.SecurityStamp != stamp || !Rights.Allows(login.Role, right))
        {
            logger.Denied(id, right);
            throw new UnauthorizedAccessException($"This needs the right to {right}.");
        }

        return login;
    }

    /// <summary>For deciding what to show; never instead of <see cref="RequireAsync"/>.</summary>
    public async Task<bool> MayAsync(string right) =>
        Rights.RoleOf((await session.GetAuthenticationStateAsync()).User) is { } role && Rights.Allows(role, right);
}
