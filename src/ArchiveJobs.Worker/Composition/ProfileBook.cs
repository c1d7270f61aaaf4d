using System.Text;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Cli;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Worker.Composition;

/// <summary>A profile with its accounts, as the commands read and write it.</summary>
internal sealed record ProfileEntry(Profile Profile, IReadOnlyList<ProfileMailbox> Mailboxes, IReadOnlyDictionary<int, string> Users);

/// <param name="Login">Name to log in with; for file sources the archive user.</param>
/// <param name="Password">Null for none.</param>
/// <param name="User">The archive user whose tree is filled; made when missing.</param>
internal sealed record Account(string Login, string? Password, string? Address, string User);

/// <summary>Archive profiles in the master database.</summary>
internal sealed class ProfileBook(IDbContextFactory<MasterContext> master, ISecretProtector secrets, IAuditTrail audit, TimeProvider time)
{
    /// <summary>What binds a mailbox password to its place; RunProfile reads it with the same.</summary>
    public const string PasswordPurpose = "mailbox-password";

    public async Task<IReadOnlyList<ProfileEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var profiles = await context.Profiles.AsNoTracking().OrderBy(profile => profile.Name).ToListAsync(cancellationToken);
        var mailboxes = await context.ProfileMailboxes.AsNoTracking().OrderBy(mailbox => mailbox.Id).ToListAsync(cancellationToken);
        var users = await context.Users.AsNoTracking().ToDictionaryAsync(user => user.Id, user => user.Name, cancellationToken);
        var byProfile = mailboxes.ToLookup(mailbox => mailbox.ProfileId);
        return [.. profiles.Select(profile => new ProfileEntry(profile, [.. byProfile[profile.Id]], users))];
    }

    /// <exception cref="CommandException">There is none of this name.</exception>
    public async Task<ProfileEntry> GetAsync(string name, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).FirstOrDefault(entry => string.Equals(entry.Profile.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw CommandException.Usage($"There is no profile \"{name}\". See: archivejobs profile list");

    /// <param name="by">Who asks, for the audit trail.</param>
    public async Task AddAsync(Profile profile, IReadOnlyList<Account> accounts, string by, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        if (await context.Profiles.AnyAsync(other => other.Name == profile.Name, cancellationToken))
        {
            throw CommandException.Usage($"There is a profile \"{profile.Name}\" already. Change it: archivejobs profile set {profile.Name} …");
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        profile.CreatedAt = time.GetUtcNow();
        context.Profiles.Add(profile);
        await context.SaveChangesAsync(cancellationToken);
        Tell(context, AuditActions.ProfileAdd, profile, by);
        await AddAccountsAsync(context, profile.Id, accounts, by, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <param name="accounts">Null leaves the accounts as they are; otherwise they are these. A password that is given closes the circuit of its account.</param>
    /// <param name="by">Who asks, for the audit trail.</param>
    public async Task ChangeAsync(int id, Action<Profile> change, IReadOnlyList<Account>? accounts, string by, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var profile = await context.Profiles.SingleAsync(one => one.Id == id, cancellationToken);
        change(profile);
        Tell(context, AuditActions.ProfileChange, profile, by);
        await context.SaveChangesAsync(cancellationToken);
        if (accounts is not null)
        {
            var present = await context.ProfileMailboxes.Where(mailbox => mailbox.ProfileId == id).ToListAsync(cancellationToken);
            var wanted = accounts.Select(account => account.Login).ToHashSet(StringComparer.Ordinal);
            context.ProfileMailboxes.RemoveRange(present.Where(mailbox => !wanted.Contains(mailbox.LoginName)));
            await AddAccountsAsync(context, id, accounts, by, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <param name="by">Who asks, for the audit trail.</param>
    public async Task RemoveAsync(int id, string by, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var profile = await context.Profiles.SingleAsync(one => one.Id == id, cancellationToken);
        context.Profiles.Remove(profile);
        Tell(context, AuditActions.ProfileDelete, profile, by);
        await context.SaveChangesAsync(cancellationToken);
    }

    private void Tell(MasterContext context, string action, Profile profile, string by) => audit.Add(
        context,
        new AuditEntry(action, by)
        {
            Details = new()
            {
                ["source"] = profile.SourceKind, ["store"] = profile.StoreId, ["host"] = profile.Settings.Host, ["port"] = profile.Settings.Port,
                ["security"] = profile.Settings.Security.ToString(), ["ignoreCertificate"] = profile.Settings.IgnoreCertificate,
            },
        }.About("profile", profile.Id, profile.Name));

    private async Task AddAccountsAsync(MasterContext context, int profile, IReadOnlyList<Account> accounts, string by, CancellationToken cancellationToken)
    {
        var users = await EnsureUsersAsync(context, accounts, cancellationToken);
        var present = await context.ProfileMailboxes.Where(mailbox => mailbox.ProfileId == profile).ToDictionaryAsync(mailbox => mailbox.LoginName, StringComparer.Ordinal, cancellationToken);
        foreach (var account in accounts)
        {
            if (!present.TryGetValue(account.Login, out var mailbox))
            {
                mailbox = new ProfileMailbox { ProfileId = profile, LoginName = account.Login };
                context.ProfileMailboxes.Add(mailbox);
                present.Add(account.Login, mailbox);
            }

            mailbox.Address = account.Address ?? mailbox.Address;
            mailbox.UserId = users[User.KeyOf(account.User)];
            if (account.Password is { } password)
            {
                audit.Add(context, new AuditEntry(AuditActions.CredentialsChange, by)
                {
                    Details = new() { ["user"] = account.Login },
                }.About("profile", profile, null));
                mailbox.ProtectedPassword = secrets.Protect(Encoding.UTF8.GetBytes(password), PasswordPurpose);
                mailbox.CircuitOpenSince = mailbox.NextProbeAt = null;
                mailbox.CircuitSituationJson = null;
            }
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    private async Task<Dictionary<string, int>> EnsureUsersAsync(MasterContext context, IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        var known = await context.Users.ToDictionaryAsync(user => user.NameKey, user => user, cancellationToken);
        foreach (var name in accounts.Select(account => account.User.Trim()))
        {
            if (!known.ContainsKey(User.KeyOf(name)))
            {
                var user = User.Named(name, time.GetUtcNow());
                known.Add(user.NameKey, user);
                context.Users.Add(user);
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        return known.ToDictionary(user => user.Key, user => user.Value.Id);
    }
}
