using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Writes people into the master database of an installation.</summary>
internal static class Logins
{
    public const string Password = "correct-horse-battery";

    public static async Task<Login> AddAsync(string database, string name, LoginRole role)
    {
        await using var services = new ServiceCollection().AddLogging().AddMasterSqlite(database).BuildServiceProvider();
        await services.GetRequiredService<MasterDatabase>().MigrateAsync(CancellationToken.None);
        var login = new Login
        {
            Name = name, NameKey = name.ToUpperInvariant(), Role = role, SecurityStamp = Guid.NewGuid().ToString("N"), CreatedAt = DateTimeOffset.UnixEpoch,
        };
        login.PasswordHash = new PasswordHasher<Login>().HashPassword(login, Password);
        await using var db = await services.GetRequiredService<IDbContextFactory<MasterContext>>().CreateDbContextAsync();
        db.Logins.Add(login);
        await db.SaveChangesAsync();
        return login;
    }
}
