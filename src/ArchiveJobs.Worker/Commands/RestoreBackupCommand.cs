using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
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
            "RestoreBackup",
            "Restores a backup into an empty or missing data directory, and into an empty database where ARCHIVEJOBS_DATABASE names a server; needs the backup and the recovery code, nothing else.",
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
        var generation = await BeginAsync(arguments, context, backup, cancellationToken);
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

    private async Task<int> BeginAsync(ParseResult arguments, CommandContext context, string backup, CancellationToken cancellationToken)
    {
        var data = context.Data;
        if (HostAddress.Read(data) is not null)
        {
            throw CommandException.Usage($"{data.Root} is not empty: a backup is restored into an empty or missing directory only. Choose another: --data DIR");
        }

        var code = Encoding.UTF8.GetString(context.Caller.ReadFile(arguments.GetRequiredValue(_code))).Trim();
        if (data.Settings.IsSingleHost)
        {
            return Unpack().Generation;
        }

        // Asked before anything is written, and once more by the transaction that writes.
        await using var server = new RestoredServer(data);
        await server.CheckAsync(InstallationRestore.ReadUnfinished(data.Root)?.Id, cancellationToken);
        var restore = Unpack();
        await server.ImportAsync(data.MasterDatabase, restore.Id, cancellationToken);
        return restore.Generation;

        UnfinishedRestore Unpack() =>
            InstallationRestore.Begin(backup, arguments.GetValue(_generation), code, data.Root, data.SharedRoot, MasterSqliteRegistration.KnownMigrations);
    }
}
