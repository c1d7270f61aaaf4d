using System.CommandLine;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Composition;

/// <summary>All commands. Job kinds are commands too, by their names.</summary>
internal static class AllCommands
{
    private static readonly string[] Kinds = ["RunProfile", "VerifyStore", "CompactStore", "RebuildStoreIndex", "RecoverStore", "CreateBackup", "VerifyBackup", "CheckStorage", "CompactMasterDatabase", "ExportMessages", "VerifyAudit"];

    public static CliTree Create()
    {
        Command[] commands =
        [
            new ServeCommand(),
            new DemoCommand(),
            StoreCommands.Create(),
            ProfileCommands.Create(),
            ScheduleCommands.Create(),
            new RunCommand(),
            RunsCommands.Create(),
            new SearchCommand(),
            new ShowCommand(),
            MessageCommands.Create(),
            new ExportCommand(),
            KeyCommands.Create(),
            CertificateCommands.Create(),
            new RestoreBackupCommand(),
            AlertCommands.Create(),
            AuditCommands.Create(),
            TokenCommands.Create(),
            new DoctorCommand(),
        ];
        return new CliTree(commands, Kinds);
    }
}
