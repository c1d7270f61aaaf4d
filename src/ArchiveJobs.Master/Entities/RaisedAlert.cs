namespace ArchiveJobs.Master;

/// <summary>Where an alert stands. The numbers are stored and never reused.</summary>
public enum RaisedAlertState
{
    Open = 0,
    Recovered = 1,

    /// <summary>A person took note of it, or the thing is gone: no recovery is told.</summary>
    Closed = 2,
}

/// <summary>One cause that somebody was told of: one thing in one situation, from the first time it is seen until it recovers.</summary>
public sealed class RaisedAlert
{
    public long Id { get; set; }

    /// <summary>Type of the thing, its key and the situation's key, joined by '|'.</summary>
    public required string Cause { get; set; }

    /// <summary>Equal to <see cref="Cause"/> while it is open, then null: unique, so that one cause alerts once.</summary>
    public string? LiveCause { get; set; }

    public required string ThingType { get; set; }

    public required string ThingKey { get; set; }

    public required string ThingName { get; set; }

    public required string SituationKey { get; set; }

    /// <summary>The latest (SituationJson).</summary>
    public required string SituationJson { get; set; }

    public RaisedAlertState State { get; set; }

    /// <summary>The job kind whose good end shows that it works again; null when any run of the thing does, or none.</summary>
    public string? JobKind { get; set; }

    /// <summary>The run that saw it last; null for alerts of the watch.</summary>
    public long? RunId { get; set; }

    /// <summary>What there is to tell, as the notifications keep it (Alert as JSON, docs/adr/0030).</summary>
    public required string FactsJson { get; set; }

    public DateTimeOffset Since { get; set; }

    public DateTimeOffset OpenedAt { get; set; }

    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>How often it was told again.</summary>
    public int Reminders { get; set; }

    /// <summary>Null when it is not open.</summary>
    public DateTimeOffset? NextReminderAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Who dismissed it; null otherwise.</summary>
    public string? EndedBy { get; set; }
}
