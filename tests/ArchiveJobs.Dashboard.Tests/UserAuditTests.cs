using System.Security.Claims;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>What is told of changes of logins: with the change, or not at all.</summary>
public sealed class UserAuditTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archivejobs-users-").FullName;
    private readonly Person _person = new();
    private readonly ServiceProvider _services;

    public UserAuditTests()
    {
        var all = new ServiceCollection();
        all.AddLogging().AddMasterSqlite(Database).AddSingleton(TimeProvider.System).AddSingleton<AuthenticationStateProvider>(_person);
        all.AddScoped<Guard>().AddScoped<PendingLoginEntry>().AddScoped<UserActions>();
        all.AddIdentityCore<Login>(identity =>
        {
            identity.User.AllowedUserNameCharacters = "";
            identity.Password = new() { RequireDigit = false, RequireLowercase = false, RequireNonAlphanumeric = false, RequireUppercase = false };
        }).AddUserStore<LoginStore>();
        _services = all.BuildServiceProvider();
    }

    private string Database => Path.Combine(_folder, "master.db");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_an_administrator_does_to_logins_is_told_in_his_name()
    {
        _person.Is(await Logins.AddAsync(Database, "tanaka", LoginRole.Administrator));
        await using var circuit = _services.CreateAsyncScope();
        var actions = circuit.ServiceProvider.GetRequiredService<UserActions>();

        var password = await actions.AddAsync("佐藤", LoginRole.Operator, default);
        var id = (await actions.ListAsync(default)).Single(login => login.Name == "佐藤").Id;
        await actions.ChangeAsync(id, LoginRole.Auditor, isDisabled: true, default);
        await actions.ResetAsync(id, default);

        Assert.NotNull(password);
        Assert.Equal(["UserAdd tanaka 佐藤", "UserChange tanaka 佐藤", "UserSetPassword tanaka 佐藤"], await ToldAsync());
        await using var db = await OpenAsync();
        Assert.Equal("""{"role":["Operator","Auditor"],"disabled":[false,true]}""", (await db.AuditEvents.SingleAsync(entry => entry.Action == "UserChange")).DetailsJson);
        Assert.DoesNotContain(await db.AuditEvents.Select(entry => entry.DetailsJson).ToListAsync(), details => details.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_not_told_then_or_later()
    {
        _person.Is(await Logins.AddAsync(Database, "tanaka", LoginRole.Administrator));
        await using var circuit = _services.CreateAsyncScope();
        var actions = circuit.ServiceProvider.GetRequiredService<UserActions>();

        Assert.Null(await actions.AddAsync("Tanaka", LoginRole.Operator, default));
        await actions.AddAsync("sato", LoginRole.Operator, default);

        Assert.Equal(["UserAdd tanaka sato"], await ToldAsync());
    }

    [Fact]
    public async Task A_login_whose_change_cannot_be_told_is_not_changed()
    {
        var login = await Logins.AddAsync(Database, "tanaka", LoginRole.Administrator);
        _person.Is(login);
        await using (var db = await OpenAsync())
        {
            await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER full BEFORE INSERT ON AuditEvents BEGIN SELECT RAISE(ABORT, 'no room'); END");
        }

        await using var circuit = _services.CreateAsyncScope();
        Assert.Null(await circuit.ServiceProvider.GetRequiredService<UserActions>().ResetAsync(login.Id, default));

        await using var after = await OpenAsync();
        Assert.Equal(login.PasswordHash, (await after.Logins.AsNoTracking().SingleAsync()).PasswordHash);
    }

    [Fact]
    public void Of_many_refused_logins_some_are_told_and_the_rest_is_counted()
    {
        var time = new StandingClock();
        var budget = new RefusalBudget(time);

        var told = Enumerable.Range(0, 100).Count(_ => budget.Take() is not null);
        time.Now += TimeSpan.FromMinutes(1);

        Assert.Equal(30, told);
        Assert.Equal(70, budget.Take());
        Assert.Equal(0, budget.Take());
    }

    private async Task<IReadOnlyList<string>> ToldAsync()
    {
        await using var db = await OpenAsync();
        return await db.AuditEvents.OrderBy(entry => entry.Id).Select(entry => $"{entry.Action} {entry.Actor} {entry.ObjectName}").ToListAsync();
    }

    private Task<MasterContext> OpenAsync() => _services.GetRequiredService<IDbContextFactory<MasterContext>>().CreateDbContextAsync();

    private sealed class StandingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Person : AuthenticationStateProvider
    {
        private ClaimsPrincipal _person = new();

        public void Is(Login login) => _person = new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, login.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new Claim(ClaimTypes.Role, login.Role.ToString()),
                new Claim("AspNet.Identity.SecurityStamp", login.SecurityStamp),
            ], "test"));

        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(_person));
    }
}
