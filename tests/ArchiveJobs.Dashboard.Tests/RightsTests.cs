using System.Security.Claims;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The handlers behind the buttons, called as a circuit written by hand would call them.</summary>
public sealed class RightsTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archivejobs-rights-").FullName;
    private readonly RecordingRuns _runs = new();
    private readonly Session _session = new();
    private readonly ServiceProvider _services;

    public RightsTests()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddMasterSqlite(Database)
            .AddSingleton<AuthenticationStateProvider>(_session)
            .AddSingleton<IRunService>(_runs)
            .AddSingleton(new JobRegistry([]))
            .AddSingleton<Guard>()
            .AddSingleton<RunActions>()
            .BuildServiceProvider();
    }

    private string Database => Path.Combine(_folder, "master.db");

    private RunActions Actions => _services.GetRequiredService<RunActions>();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_operator_starts_cancels_and_retries_in_his_own_name()
    {
        _session.Is(await Logins.AddAsync(Database, "tanaka", LoginRole.Operator));

        await Actions.RunProfileAsync("Tokyo", default);
        await Actions.CancelAsync(7, default);
        await Actions.RetryAsync(8, default);

        Assert.Equal(["""RunProfile {"name":"Tokyo"} by tanaka""", "cancel 7 by tanaka", "retry 8 by tanaka"], _runs.Asked);
    }

    [Fact]
    public async Task Who_may_only_read_starts_nothing_by_calling_the_handler()
    {
        _session.Is(await Logins.AddAsync(Database, "sato", LoginRole.Auditor));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Actions.RunProfileAsync("Tokyo", default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Actions.OnStoreAsync("CompactStore", 1, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Actions.CancelAsync(7, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Actions.RetryAllAsync([7, 8], default));

        Assert.Empty(_runs.Asked);
    }

    [Fact]
    public async Task Nobody_starts_nothing()
    {
        await Logins.AddAsync(Database, "tanaka", LoginRole.Operator);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Actions.RunProfileAsync("Tokyo", default));

        Assert.Empty(_runs.Asked);
    }

    [Fact]
    public async Task A_right_that_was_taken_away_is_gone_at_once_also_in_an_open_page()
    {
        var login = await Logins.AddAsync(Database, "tanaka", LoginRole.Operator);
        _session.Is(login);
        await Actions.RunProfileAsync("Tokyo", default);

        await using (var db = await _services.GetRequiredService<IDbContextFactory<MasterContext>>().CreateDbContextAsync())
        {
            await db.Logins.Where(one => one.Id == login.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Role, LoginRole.Auditor));
        }

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Actions.RunProfileAsync("Osaka", default));
        Assert.Single(_runs.Asked);
    }

    [Theory]
    [InlineData(LoginRole.Administrator, true, true, true)]
    [InlineData(LoginRole.Operator, true, false, false)]
    [InlineData(LoginRole.Auditor, false, true, false)]
    public void Each_role_has_its_rights(LoginRole role, bool operates, bool readsMail, bool administers)
    {
        Assert.Equal(operates, Rights.Allows(role, Rights.Operate));
        Assert.Equal(readsMail, Rights.Allows(role, Rights.ReadMail));
        Assert.Equal(administers, Rights.Allows(role, Rights.Administer));
    }

    private sealed class Session : AuthenticationStateProvider
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
