using System.Globalization;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What runs, kinds and states are called.</summary>
internal static class Titles
{
    public static string Of(ShownRun run)
    {
        var into = run.Summary.StoreId is { } store ? $" store {store}" : "";
        return run.Kind switch
        {
            "RunProfile" => $"archive profile \"{run.Arguments["name"]}\"{(into.Length == 0 ? "" : " into" + into)}",
            "VerifyStore" => $"verify{into}{(run.Arguments["level"] is { } level ? $", level {level}" : "")}",
            "CompactStore" => $"compact{into}",
            "RebuildStoreIndex" => $"rebuild the search index of{into}",
            "RecoverStore" => $"recover{into} from its container files",
            "CreateBackup" => $"back up into {run.Arguments["path"]}",
            "VerifyBackup" => $"verify the backup in {run.Arguments["path"]}",
            "RestoreBackup" => $"restore backup {run.Arguments["generation"]} from {run.Arguments["path"]}",
            "CheckStorage" => "check storage",
            "CompactMasterDatabase" => "compact the master database",
            "ExportMessages" => $"export{into} to {run.Arguments["directory"]}",
            "VerifyAudit" => "verify the audit trail",
            _ => run.Kind + into,
        };
    }

    public static string OfState(ShownRun run) => OfState(run.State, run.Summary.Reason);

    public static string OfState(RunState state, RunReason reason) =>
        RunStateText.Label(state, state == RunState.Waiting && reason == RunReason.None ? RunReason.Backoff : reason, CultureInfo.InvariantCulture);
}
