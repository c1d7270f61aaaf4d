using ArchiveJobs.Master;

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
            "RebuildStoreIndex" => $"rebuild the search index of{into}",
            "RecoverStore" => $"recover{into} from its container files",
            _ => run.Kind + into,
        };
    }

    public static string OfState(ShownRun run) => OfState(run.State, run.Summary.Reason);

    public static string OfState(RunState state, RunReason reason) => state switch
    {
        RunState.CompletedWithWarnings => "Done, with warnings",
        RunState.CompletedWithErrors => "Done, with errors",
        RunState.Cancelled => "Canceled",
        RunState.Waiting => "Waiting: " + OfReason(reason),
        RunState.Skipped => "Skipped: " + OfReason(reason),
        _ => state.ToString(),
    };

    private static string OfReason(RunReason reason) => reason switch
    {
        RunReason.None or RunReason.Backoff => "retry",
        RunReason.Store => "store",
        RunReason.Authentication or RunReason.Circuit => "password",
        RunReason.Disk => "disk space",
        RunReason.Person => "your decision",
        RunReason.Window => "time window",
        RunReason.Overlap => "still running",
        RunReason.Missed => "missed",
        _ => reason.ToString(),
    };
}
