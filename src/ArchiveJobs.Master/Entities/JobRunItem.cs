namespace ArchiveJobs.Master;

/// <summary>One item or mailbox of a run that failed or needs a look; at most 1,000 a run.</summary>
public sealed class JobRunItem
{
    public long Id { get; set; }

    public long RunId { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>Key of the situation.</summary>
    public required string Situation { get; set; }

    public required string SituationJson { get; set; }
}
