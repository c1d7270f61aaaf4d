namespace ArchiveJobs.Master;

/// <summary>One try at a run under one lease.</summary>
public sealed class JobRunAttempt
{
    public long Id { get; set; }

    public long RunId { get; set; }

    /// <summary>The run epoch of its lease.</summary>
    public long Epoch { get; set; }

    public Guid BootId { get; set; }

    /// <summary>Name of the host.</summary>
    public required string Host { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The state it led to; null while it lasts.</summary>
    public RunState? EndState { get; set; }

    /// <summary>Name of the error class when it failed.</summary>
    public string? ErrorClass { get; set; }

    public string? SituationJson { get; set; }

    /// <summary>Counts as a try; an interruption, a wait for a person or a pause asked for by the server does not.</summary>
    public bool IsCharged { get; set; }
}
