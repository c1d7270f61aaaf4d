using ArchiveJobs.Master;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>Keeps logins for ASP.NET Core Identity in the one table of the master database; see docs/adr/0801-logins-are-one-table.md.</summary>
internal sealed class LoginStore(IDbContextFactory<MasterContext> contexts, PendingLoginEntry pending) :
    IUserPasswordStore<Login>, IUserSecurityStampStore<Login>, IUserLockoutStore<Login>
{
    public async Task<IdentityResult> CreateAsync(Login user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Logins.Add(user);
        return await SaveAsync(db, user, cancellationToken);
    }

    public async Task<IdentityResult> UpdateAsync(Login user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var present = await db.Logins.FirstOrDefaultAsync(login => login.Id == user.Id, cancellationToken);
        if (present is null)
        {
            pending.Drop();
            return Changed;
        }

        db.Entry(present).CurrentValues.SetValues(user);
        return await SaveAsync(db, user, cancellationToken);
    }

    public async Task<IdentityResult> DeleteAsync(Login user, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Logins.Where(login => login.Id == user.Id).ExecuteDeleteAsync(cancellationToken);
        pending.AddTo(db, user);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<Login?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return int.TryParse(userId, out var id) ? await db.Logins.AsNoTracking().FirstOrDefaultAsync(login => login.Id == id, cancellationToken) : null;
    }

    public async Task<Login?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Logins.AsNoTracking().FirstOrDefaultAsync(login => login.NameKey == normalizedUserName, cancellationToken);
    }

    public Task<string> GetUserIdAsync(Login user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public Task<string?> GetUserNameAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task SetUserNameAsync(Login user, string? userName, CancellationToken cancellationToken) => Done(() => user.Name = userName ?? "");

    public Task<string?> GetNormalizedUserNameAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NameKey);

    public Task SetNormalizedUserNameAsync(Login user, string? normalizedName, CancellationToken cancellationToken) => Done(() => user.NameKey = normalizedName ?? "");

    public Task<string?> GetPasswordHashAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task SetPasswordHashAsync(Login user, string? passwordHash, CancellationToken cancellationToken) => Done(() => user.PasswordHash = passwordHash);

    public Task<bool> HasPasswordAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetSecurityStampAsync(Login user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(Login user, string stamp, CancellationToken cancellationToken) => Done(() => user.SecurityStamp = stamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.LockedUntil);

    public Task SetLockoutEndDateAsync(Login user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) => Done(() => user.LockedUntil = lockoutEnd);

    public Task<int> IncrementAccessFailedCountAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(++user.FailedAttempts);

    public Task ResetAccessFailedCountAsync(Login user, CancellationToken cancellationToken) => Done(() => user.FailedAttempts = 0);

    public Task<int> GetAccessFailedCountAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(user.FailedAttempts);

    public Task<bool> GetLockoutEnabledAsync(Login user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(Login user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
    }

    private static IdentityResult Changed { get; } = IdentityResult.Failed(new IdentityError { Code = "Changed", Description = "Somebody else has changed this login." });

    /// <summary>The login and what is told of the change, together or not at all.</summary>
    private async Task<IdentityResult> SaveAsync(MasterContext db, Login login, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            if (pending.IsSet)
            {
                pending.AddTo(db, login);   // A new login has its number only now.
                await db.SaveChangesAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return IdentityResult.Success;
        }
        catch (DbUpdateException)
        {
            pending.Drop();
            return Changed;   // The name is taken, or the row was changed meanwhile.
        }
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
