using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

/// <summary>
/// Restores an installation. Keys and master database come first, here, with the recovery code, which goes no further; then the restored installation
/// carries out the run that brings its stores.
/// </summary>
internal sealed class RestoreBackupCommand : CliCommand
{
    private readonly Option<string> _path = new("--path") { Description = "The backup directory.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _code = new("--recovery-code-file") { Description = "A file that holds the recovery code; - is standard input.", Required = true, HelpName = "FILE" };
    private readonly Option<int?> _generation = new("--generation") { Description = "Which backup. Default: the latest.", HelpName = "N" };

    public RestoreBackupCommand()
        : base(
            "RestoreBackup", "Restores a backup into an empty or missing data directory; needs the backup and the recovery code, nothing else.",
            "archivejobs run RestoreBackup --path=/media/backup --recovery-code-file=code.txt --data /srv/archive",
            "archivejobs run RestoreBackup --path=/media/backup --recovery-code-file=- --generation=12 --data /srv/archive")
    {
        Add(_path);
        Add(_code);
        Add(_generation);
    }

    public override bool RunsHere => true;

    public override bool IsJobKind => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var backup = Path.TrimEndingDirectorySeparator(context.Caller.Resolve(arguments.GetRequiredValue(_path)));
        var generation = Begin(arguments, context, backup);
        await using var services = new LocalServices(context.Data);
        await services.OpenAsync(cancellationToken);
        await services.StartJobsAsync(cancellationToken);
        var restored = new CommandContext(context.Output, context.Caller, context.IsJson, context.Data, services);
        var queued = await restored.Get<IRunService>().EnqueueAsync(
            Name, new JsonObject { ["path"] = backup, ["generation"] = generation }.ToJsonString(), RunTrigger.Manual, Environment.UserName, cancellationToken);
        var exit = await RunCommand.FollowAsync(restored, queued.Id, wait: false, waitForIndex: false, cancellationToken);
        await ShowPausedAsync(restored, cancellationToken);
        return exit;
    }

    private static async Task ShowPausedAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var paused = (await context.Get<IScheduleService>().ListAsync(cancellationToken)).Where(schedule => !schedule.IsEnabled).Select(schedule => $"\"{schedule.Name}\"").ToList();
        if (paused.Count > 0)
        {
            context.Output.Error($"Paused: {string.Join(", ", paused)}. If the installation that this backup is of still archives, two would archive the same. When it does not: archivejobs schedule resume NAME");
        }
    }

    private int Begin(ParseResult arguments, CommandContext context, string backup)
    {
        if (HostAddress.Read(context.Data) is not null)
        {
            throw CommandException.Usage($"{context.Data.Root} is not empty: a backup is restored into an empty or missing directory only. Choose another: --data DIR");
        }

        if (!context.Data.Settings.IsSingleHost)
        {
            throw CommandException.Usage("A backup is restored into an installation with SQLite: unset ARCHIVEJOBS_DATABASE, ARCHIVEJOBS_CONNECTION and ARCHIVEJOBS_SHARED for it.");
        }

        var code = Encoding.UTF8.GetString(context.Caller.ReadFile(arguments.GetRequiredValue(_code))).Trim();
        return InstallationRestore.Begin(backup, arguments.GetValue(_generation), code, context.Data.Root, MasterSqliteRegistration.KnownMigrations);
    }
}
