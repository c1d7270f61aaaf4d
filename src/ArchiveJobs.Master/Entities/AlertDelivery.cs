namespace ArchiveJobs.Master;

/// <summary>Where a delivery stands. The numbers are stored and never reused.</summary>
public enum AlertDeliveryState
{
    /// <summary>Waits for its next try, or a try is going on while <see cref="AlertDelivery.ClaimedUntil"/> is ahead.</summary>
    Pending = 0,

    Delivered = 1,

    /// <summary>Given up; a person can have it tried again.</summary>
    Abandoned = 2,
}

/// <summary>One notice to one channel: the outbox. Written with the alert's event in one transaction.</summary>
public sealed class AlertDelivery
{
    public long Id { get; set; }

    public long AlertId { get; set; }

    public RaisedAlert? Alert { get; set; }

    public int ChannelId { get; set; }

    /// <summary>opened, reminded or recovered.</summary>
    public required string Event { get; set; }

    /// <summary>What there was to tell then; put into words when it is sent.</summary>
    public required string FactsJson { get; set; }

    public AlertDeliveryState State { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>Tries begun.</summary>
    public int Attempts { get; set; }

    /// <summary>Who tries; null when nobody does.</summary>
    public Guid? ClaimedBy { get; set; }

    /// <summary>After that the process that claimed it counts as dead and another may try.</summary>
    public DateTimeOffset? ClaimedUntil { get; set; }

    /// <summary>Recipients that are left, one a line; null for all.</summary>
    public string? Remaining { get; set; }

    /// <summary>Why the last try failed: a reason of the channel, and the other side's words.</summary>
    public string? LastReason { get; set; }

    public string? LastWords { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>One try at a delivery.</summary>
public sealed class AlertDeliveryAttempt
{
    public long Id { get; set; }

    public long DeliveryId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset EndedAt { get; set; }

    /// <summary>Name of the host.</summary>
    public required string Host { get; set; }

    /// <summary>delivered, temporary or permanent.</summary>
    public required string Outcome { get; set; }

    public string? Reason { get; set; }

    public string? Words { get; set; }
}
