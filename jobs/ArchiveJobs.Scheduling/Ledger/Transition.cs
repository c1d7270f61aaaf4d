using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Ledger;

/// <summary>Where a run goes and what its event says.</summary>
/// <param name="Text">English line of the event.</param>
internal sealed record Transition(RunState To, RunReason Reason, string Text)
{
    public Situation? Situation { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Null when the host did it.</summary>
    public string? Actor { get; init; }

    /// <summary>Somebody may have to hear of it: the run is over, or does not go on as a matter of course.</summary>
    public bool IsTold => To.IsFinal() || To is RunState.Blocked || (To is RunState.Waiting && Reason != RunReason.Window);

    /// <summary>0 information, 1 warning, 2 error.</summary>
    public int Level => To switch
    {
        RunState.Failed or RunState.Blocked or RunState.CompletedWithErrors => 2,
        RunState.CompletedWithWarnings => 1,
        RunState.Waiting when Reason is not (RunReason.Store or RunReason.Window) => 1,
        _ => 0,
    };
}

/// <summary>A run that should be delivered.</summary>
/// <param name="IsHere">Its store belongs to this host.</param>
internal readonly record struct RunToDeliver(long RunId, string Queue, bool IsHere = false);

/// <summary>What a holder works under.</summary>
/// <param name="RenewedAt">Timestamp of the monotonic clock from before the lease was asked for.</param>
internal sealed record RunLease(long RunId, long Epoch, long RenewedAt);

internal enum Verdict
{
    /// <summary>Somebody else has it, it is not due, or it is over: nothing to do.</summary>
    Refused,

    /// <summary>Its store is not free; it stands in line.</summary>
    Parked,

    /// <summary>Its store belongs to another living host.</summary>
    Elsewhere,

    Accepted,
}

/// <param name="Lease">Set when accepted.</param>
/// <param name="Run">As it was read before it was accepted; set when accepted.</param>
internal sealed record Acceptance(Verdict Verdict, RunLease? Lease, JobRun? Run)
{
    public static readonly Acceptance Refused = new(Verdict.Refused, null, null);

    public static readonly Acceptance Parked = new(Verdict.Parked, null, null);

    /// <summary>Who has the store; set when it is elsewhere.</summary>
    public StoreOwner? Owner { get; init; }

    public static Acceptance At(StoreOwner owner) => new(Verdict.Elsewhere, null, null) { Owner = owner };
}
