using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Paths;
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
    private readonly RecordingBoard _board = new();
    private readonly KnownCode _codes = new();
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
            .AddSingleton<IAlertBoard>(_board)
            .AddSingleton<AlertActions>()
            .AddSingleton<IRecoveryCodes>(_codes)
            .AddSingleton<BackupActions>()
            .AddSingleton(new PathRules(Path.Combine(_folder, "data"), [_folder], TimeProvider.System))
            .AddSingleton(TimeProvider.System)
            .AddSingleton<PathGate>()
            .BuildServiceProvider();
    }

    private string Database => Path.Combine(_folder, "master.db");

    private RunActions Actions => _services.GetRequiredService<RunActions>();

    private AlertActions Alerts => _services.GetRequiredService<AlertActions>();

    private BackupActions Backups => _services.GetRequiredService<BackupActions>();

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

    [Fact]
    public async Task A_path_outside_the_allowed_folders_is_refused_wherever_a_page_sends_one()
    {
        _session.Is(await Logins.AddAsync(Database, "mori", LoginRole.Administrator));
        var pickup = new ChannelDraft("pickup", "p", "en") { Directory = "/etc" };
        var backup = new ScheduleSpec("b", "CreateBackup", """{"path":"/etc"}""") { Cron = "0 2 * * *" };

        Assert.Contains("/etc", await Alerts.SaveAsync(null, pickup, default), StringComparison.Ordinal);
        Assert.Contains("/etc", await Schedules.SaveAsync(null, backup, default), StringComparison.Ordinal);
        Assert.Contains("/etc", (await Backups.StartAsync("/etc", default)).Problem, StringComparison.Ordinal);

        Assert.Empty(_board.Asked);
        Assert.Empty(_schedules.Asked);
        Assert.Empty(_runs.Asked);
    }

    [Fact]
    public async Task A_backup_begins_only_when_the_recovery_code_was_read_back()
    {
        _session.Is(await Logins.AddAsync(Database, "tanaka", LoginRole.Operator));
        var path = Path.Combine(_folder, "backups");
        _codes.State = null;
        await Backups.StartAsync(path, default);
        _codes.State = new RecoveryCodeState(DateTimeOffset.UnixEpoch, ConfirmedAt: null);
        await Backups.StartAsync(path, default);
        Assert.Empty(_runs.Asked);

        _codes.State = new RecoveryCodeState(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        await Backups.StartAsync(path, default);

        Assert.Equal([$$"""CreateBackup {"path":"{{path}}"} by tanaka"""], _runs.Asked);
    }

    [Fact]
    public async Task Only_an_administrator_changes_and_tests_channels_and_an_operator_tends_what_they_sent()
    {
        _session.Is(await Logins.AddAsync(Database, "tanaka", LoginRole.Operator));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.SaveAsync(null, Mail, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.SwitchAsync(1, false, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.RemoveAsync(1, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.TestAsync(1, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.WriteSettingsAsync(new AlertFrameSettings("", 1), default));
        await Alerts.RetryAsync(5, default);
        await Alerts.AbandonAsync(6, default);
        await Alerts.DismissAsync(7, default);
        _session.Is(await Logins.AddAsync(Database, "mori", LoginRole.Administrator));
        await Alerts.SaveAsync(null, Mail, default);
        await Alerts.TestAsync(1, default);

        Assert.Equal(["retry 5 by tanaka", "abandon 6 by tanaka", "dismiss 7 by tanaka", "save smtp duty by mori", "test 1 by mori"], _board.Asked);
    }

    [Fact]
    public async Task Who_may_only_read_changes_nothing_about_alerts_and_backs_nothing_up()
    {
        _session.Is(await Logins.AddAsync(Database, "sato", LoginRole.Auditor));

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.SaveAsync(null, Mail, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.TestAsync(1, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.RetryAsync(5, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.AbandonAsync(6, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Alerts.DismissAsync(7, default));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Backups.StartAsync(Path.Combine(_folder, "backups"), default));

        Assert.Empty(_board.Asked);
        Assert.Empty(_runs.Asked);
    }

    private static ChannelDraft Mail => new("smtp", "duty", "en");

    private static ScheduleSpec Nightly => new("nightly", "CheckStorage", "{}") { Cron = "0 2 * * *" };

    [Theory]
    [InlineData(LoginRole.Administrator, true, true, true)]
    [InlineData(LoginRole.Operator, true, false, false)]
    [InlineData(LoginRole.Auditor, false, true, false)]
    public void Each_role_has_its_rights(LoginRole role, bool operates, bool readsMail, bool administers)
    {
        Assert.Equal(operates, Rights.Allows(role, Rights.Operate));
        Assert.Equal(readsMail, Rights.Allows(role, Rights.ReadMail));
        Assert.Equal(readsMail, Rights.Allows(role, Rights.ReadAudit));
        Assert.Equal(administers, Rights.Allows(role, Rights.Administer));
    }

    private sealed class KnownCode : IRecoveryCodes
    {
        public RecoveryCodeState? State { get; set; } = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        public RecoveryCodeState? Read() => State;

        public string Renew() => throw new NotSupportedException();

        public bool Confirm(string code) => throw new NotSupportedException();
    }
}
