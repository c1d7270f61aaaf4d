using System.Text.Json.Nodes;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>Who may log in. Each asks the guard first.</summary>
internal sealed class UserActions(Guard guard, UserManager<Login> users, PendingLoginEntry pending, IDbContextFactory<MasterContext> contexts, TimeProvider time)
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
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
        name = name.Trim();
        if (name.Length is 0 or > 200 || name.Any(char.IsControl))
        {
            return null;
        }

        var password = HandedPassword.New();
        var login = new Login { Name = name, NameKey = "", Role = role, MustChangePassword = true, CreatedAt = time.GetUtcNow() };
        pending.Set(one => LoginAudit.Of(AuditActions.UserAdd, one, person.Name) with { Details = new() { ["role"] = role.ToString() } });
        return await SavedAsync(users.CreateAsync(login, password)) ? password : null;
    }

    /// <summary>A new password to hand over; sessions of this login end, and it is no longer locked.</summary>
    /// <returns>Null when there is no such login, or somebody else changed it in this moment.</returns>
    public async Task<string?> ResetAsync(int id, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
        if (await FindAsync(id) is not { } login)
        {
            return null;
        }

        var password = HandedPassword.New();
        login.PasswordHash = users.PasswordHasher.HashPassword(login, password);
        (login.MustChangePassword, login.FailedAttempts, login.LockedUntil) = (true, 0, null);
        pending.Set(one => LoginAudit.Of(AuditActions.UserSetPassword, one, person.Name));
        return await SavedAsync(users.UpdateSecurityStampAsync(login)) ? password : null;
    }

    /// <returns>False when it would leave nobody who can administer, or somebody else changed it in this moment.</returns>
    public async Task<bool> ChangeAsync(int id, LoginRole role, bool isDisabled, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
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

        var details = new JsonObject { ["role"] = new JsonArray(login.Role.ToString(), role.ToString()), ["disabled"] = new JsonArray(login.IsDisabled, isDisabled) };
        (login.Role, login.IsDisabled) = (role, isDisabled);
        pending.Set(one => LoginAudit.Of(AuditActions.UserChange, one, person.Name) with { Details = details });
        return await SavedAsync(users.UpdateSecurityStampAsync(login));
    }

    /// <summary>A name that Identity refuses never comes to the store: then nothing waits to be told either.</summary>
    private async Task<bool> SavedAsync(Task<IdentityResult> saving)
    {
        var result = await saving;
        pending.Drop();
        return result.Succeeded;
    }

    private Task<Login?> FindAsync(int id) => users.FindByIdAsync(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
