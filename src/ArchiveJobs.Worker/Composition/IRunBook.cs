using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Worker.Composition;

/// <summary>The run ledger as the commands see it.</summary>
internal interface IRunBook
{
    /// <summary>Names of the job kinds, in the order of their registration.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>Enters a run in the ledger and has it delivered.</summary>
    /// <param name="arguments">By the names of the kind's arguments; see <see cref="ArgumentsOf"/>.</param>
    /// <exception cref="Core.ArchiveException">The arguments name something that is not there.</exception>
    Task<long> StartAsync(string kind, JsonObject arguments, CancellationToken cancellationToken);

    /// <summary>The type that holds a kind's arguments; null for an unknown kind.</summary>
    Type? ArgumentsOf(string kind);

    Task<RunView?> FindAsync(long id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<RunView>> ListAsync(string? kind, string? state, int limit, CancellationToken cancellationToken);

    /// <returns>False when the run has ended already.</returns>
    Task<bool> CancelAsync(long id, string person, CancellationToken cancellationToken);

    /// <summary>Starts a waiting or blocked run at once; a run that has ended is begun anew.</summary>
    /// <returns>The number of the run that goes on; null when it is running already.</returns>
    Task<long?> RetryAsync(long id, CancellationToken cancellationToken);

    /// <summary>The log, oldest first, from this position on.</summary>
    Task<IReadOnlyList<RunLogLine>> ReadLogAsync(long id, long after, CancellationToken cancellationToken);
}

/// <param name="State">As in the ledger: Queued, Running, Succeeded, …</param>
/// <param name="Reason">Why the run is in its state, as one of the closed words of that state (retry, store, authentication, disk, person, …); null when the state says all.</param>
/// <param name="Cause">The situation behind the reason.</param>
/// <param name="Result">Numbers of the kind, live or final.</param>
internal sealed record RunView(
    long Id, string Kind, JsonObject Arguments, int? Store, string State, string? Reason, Situation? Cause, IReadOnlyList<Situation> Items,
    int Attempt, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? NextAttemptAt,
    RunProgress? Progress, JsonObject? Result, IReadOnlyList<RunAttempt> Attempts)
{
    public bool HasEnded => State is "Succeeded" or "CompletedWithWarnings" or "CompletedWithErrors" or "Failed" or "Cancelled" or "Skipped";

    /// <summary>Nothing happens before somebody or the clock acts.</summary>
    public bool IsStopped => State is "Waiting" or "Blocked";

    public bool IsGood => State is "Succeeded" or "CompletedWithWarnings";
}

internal sealed record RunProgress(string Phase, long Done, long? Total, long DoneBytes);

internal sealed record RunAttempt(int Number, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string Host, string Outcome);

/// <param name="Position">Rises within a run.</param>
internal sealed record RunLogLine(long Position, DateTimeOffset At, string Level, string Text);
