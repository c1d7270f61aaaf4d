using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Master;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>Who may log in. Each asks the guard first.</summary>
internal sealed class UserActions(Guard guard, UserManager<Login> users, IDbContextFactory<MasterContext> contexts, TimeProvider time)
{
    public async Task<IReadOnlyList<Login>> ListAsync(CancellationToken cancellationToken)
    {
        await guard.RequireAsync(Rights.Administer, cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Logins.AsNoTracking().OrderBy(login => login.NameKey).Take(1000).ToListAsync(cancellationToken);
    }

    /// <returns>The password to hand over once; null when the name is empty or taken.</returns>
    public async Task<string?> AddAsync(string name, LoginRole role, CancellationToken cancellationToken)
    {
        await guard.RequireAsync(Rights.Administer, cancellationToken);
        name = name.Trim();
        if (name.Length is 0 or > 200 || name.Any(char.IsControl))
        {
            return null;
        }

        var password = HandedPassword.New();
        var login = new Login { Name = name, NameKey = "", Role = role, MustChangePassword = true, CreatedAt = time.GetUtcNow() };
        return (await users.CreateAsync(login, password)).Succeeded ? password : null;
    }

    /// <summary>A new password to hand over; sessions of this login end, and it is no longer locked.</summary>
    /// <returns>Null when there is no such login.</returns>
    public async Task<string?> ResetAsync(int id, CancellationToken cancellationToken)
    {
        await guard.RequireAsync(Rights.Administer, cancellationToken);
        if (await FindAsync(id) is not { } login)
        {
            return null;
        }

        var password = HandedPassword.New();
        login.PasswordHash = users.PasswordHasher.HashPassword(login, password);
        (login.MustChangePassword, login.FailedAttempts, login.LockedUntil) = (true, 0, null);
        await users.UpdateSecurityStampAsync(login);
        return password;
    }

    /// <returns>False when it would leave nobody who can administer.</returns>
    public async Task<bool> ChangeAsync(int id, LoginRole role, bool isDisabled, CancellationToken cancellationToken)
    {
        await guard.RequireAsync(Rights.Administer, cancellationToken);
        if (await FindAsync(id) is not { } login)
        {
            return true;
        }

        var stays = role == LoginRole.Administrator && !isDisabled;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!stays && !await db.Logins.AnyAsync(other => other.Id != id && other.Role == LoginRole.Administrator && !other.IsDisabled, cancellationToken))
        {
            return false;
        }

        (login.Role, login.IsDisabled) = (role, isDisabled);
        await users.UpdateSecurityStampAsync(login);
        return true;
    }

    private Task<Login?> FindAsync(int id) => users.FindByIdAsync(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
