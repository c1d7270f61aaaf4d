using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Scheduling.Jobs;

public enum JobOutcome
{
    Succeeded,

    /// <summary>All of it is done; something was unusual. Exit code 0.</summary>
    CompletedWithWarnings,

    /// <summary>Some items could not be done, or damage was found. Exit code 1.</summary>
    CompletedWithErrors,
}

/// <param name="ResultJson">One JSON object: the numbers of this kind, shown by <c>--json</c> and on the run page. Kept in the ledger.</param>
/// <param name="Notices">What a person should know, most important first; the first becomes the state's reason.</param>
public sealed record JobResult(JobOutcome Outcome, string ResultJson, IReadOnlyList<Situation> Notices);
