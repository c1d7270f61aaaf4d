using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What runs, kinds and states are called.</summary>
internal static class Titles
{
    public static string Of(RunView run)
    {
        var into = run.Store is { } store ? $" store {store}" : "";
        return run.Kind switch
        {
            "RunProfile" => $"archive profile \"{run.Arguments["name"]}\"{(into.Length == 0 ? "" : " into" + into)}",
            "VerifyStore" => $"verify{into}{Of(run, "level")}",
            "RebuildStoreIndex" => $"rebuild the search index of{into}",
            "RecoverStore" => $"recover{into} from its container files",
            _ => run.Kind + into,
        };
    }

    public static string OfState(RunView run) => OfState(run.State, run.Reason);

    public static string OfState(string state, string? reason) => state switch
    {
        "CompletedWithWarnings" => "Done, with warnings",
        "CompletedWithErrors" => "Done, with errors",
        "Cancelled" => "Canceled",
        "Waiting" => "Waiting: " + OfReason(reason),
        "Skipped" => "Skipped: " + OfReason(reason),
        _ => state,
    };

    private static string OfReason(string? reason) => reason switch
    {
        null or "backoff" or "retry" => "retry",
        "authentication" => "password",
        "disk" => "disk space",
        "person" => "your decision",
        "window" => "time window",
        "overlap" => "still running",
        _ => reason,
    };

    private static string Of(RunView run, string argument) => run.Arguments[argument] is { } value ? $", {argument} {value}" : "";
}
