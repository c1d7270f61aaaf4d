using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>Makes the first administrator of an installation, and keeps its password from everybody who should not see it.</summary>
public sealed class FirstAdministrator(
    IServiceScopeFactory scopes, IDbContextFactory<MasterContext> contexts, DashboardOptions options, TimeProvider time, ILogger<FirstAdministrator> logger)
{
    public const string Name = "admin";

    private string PasswordFile => Path.Combine(options.DataDirectory, "first-login.txt");

    /// <summary>True until the first administrator has logged in.</summary>
    internal bool IsWaiting { get; private set; }

    /// <summary>Does nothing when somebody can log in already.</summary>
    /// <param name="show">Shows the password to a person; null when nobody looks: it is then written to a file that only the owner can read.</param>
    public async Task EnsureAsync(Action<string, string>? show, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var logins = await db.Logins.AsNoTracking().OrderBy(login => login.Id).Take(2).ToListAsync(cancellationToken);
        IsWaiting = logins.Count == 0 || (logins.Count == 1 && logins[0].LastLoginAt is null);
        if (logins.Count > 0)
        {
            return;
        }

        var password = HandedPassword.New();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Login>>();
        var login = new Login { Name = Name, NameKey = users.NormalizeName(Name)!, Role = LoginRole.Administrator, MustChangePassword = true, CreatedAt = time.GetUtcNow() };
        if (show is null)
        {
            // Crash after this line: the file is written anew at the next start, together with the login.
            WriteFile(password);
        }

        scope.ServiceProvider.GetRequiredService<PendingLoginEntry>().Set(one =>
            LoginAudit.Of(AuditActions.UserAdd, one, "host") with { ActorKind = AuditActorKind.System, Details = new() { ["role"] = one.Role.ToString() } });
        var made = await users.CreateAsync(login, password);
        if (!made.Succeeded)
        {
            throw new InvalidOperationException($"The first administrator could not be made: {string.Join("; ", made.Errors.Select(error => error.Description))}");
        }

        show?.Invoke(Name, password);
        if (show is null)
        {
            logger.FirstPasswordWritten(PasswordFile);
        }
    }

    /// <summary>The first password has been used.</summary>
    internal void Forget()
    {
        IsWaiting = false;
        File.Delete(PasswordFile);
    }

    private void WriteFile(string password)
    {
        File.Delete(PasswordFile);
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(PasswordFile, file);
        writer.WriteLine($"User: {Name}");
        writer.WriteLine($"Password: {password}");
    }
}
