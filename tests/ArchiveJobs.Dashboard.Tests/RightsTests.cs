using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The handlers behind the buttons, called as a circuit written by hand would call them.</summary>
public sealed class RightsTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archivejobs-rights-").FullName;
    private readonly RecordingRuns _runs = new();
    private readonly RecordingSchedules _schedules = new();
    private readonly Session _session = new();
    private readonly ServiceProvider _services;

    public RightsTests()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddMasterSqlite(Database)
            .AddSingleton<AuthenticationStateProvider>(_session)
            .AddSingleton<IRunService>(_runs)
            .AddSingleton<IScheduleService>(_schedules)
            .AddSingleton(new JobRegistry([]))
            .AddSingleton<Guard>()
            .AddSingleton<RunActions>()
            .AddSingleton<ScheduleActions>()
            .BuildServiceProvider();
    }

    private string Database => Path.Combine(_folder, "master.db");

    private RunActions Actions => _services.GetRequiredService<RunActions>();

    private ScheduleActions Schedules => _services.GetRequiredService<ScheduleActions>();

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

    [Fact]
    public async Task An_operator_pauses_and_triggers_schedules_but_neither_makes_nor_removes_one()
    {
        _session.Is(await Logins.AddAsync(Database, "tanaka", LoginRole.Operator));

        await Schedules.PauseAsync("nightly", null, default);
        await Schedules.ResumeAsync("nightly", default);
        await Schedules.SkipNextAsync("nightly", default);
        await Schedules.TriggerAsync(3, default);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.SaveAsync(null, Nightly, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.SaveAsync("nightly", Nightly, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.RemoveAsync("nightly", default));

        Assert.Equal(["pause nightly by tanaka", "resume nightly by tanaka", "skip nightly by tanaka", "trigger 3 by tanaka"], _schedules.Asked);
    }

    [Fact]
    public async Task Who_may_only_read_changes_no_schedule_by_calling_the_handler()
    {
        _session.Is(await Logins.AddAsync(Database, "sato", LoginRole.Auditor));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.PauseAsync("nightly", null, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.ResumeAsync("nightly", default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.SkipNextAsync("nightly", default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.TriggerAsync(3, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.SaveAsync(null, Nightly, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Schedules.RemoveAsync("nightly", default));

        Assert.Empty(_schedules.Asked);
    }

    [Fact]
    public async Task An_administrator_makes_changes_and_removes_schedules_in_his_own_name()
    {
        _session.Is(await Logins.AddAsync(Database, "mori", LoginRole.Administrator));

        await Schedules.SaveAsync(null, Nightly, default);
        await Schedules.SaveAsync("weekly", Nightly, default);
        await Schedules.RemoveAsync("nightly", default);

        Assert.Equal(["add nightly 0 2 * * * by mori", "set weekly to nightly 0 2 * * * by mori", "remove nightly by mori"], _schedules.Asked);
    }

    private static ScheduleSpec Nightly => new("nightly", "CheckStorage", "{}") { Cron = "0 2 * * *" };

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
}
