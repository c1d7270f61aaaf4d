namespace ArchiveJobs.Master;

/// <summary>One execution asked for: the row that decides, whatever the delivery says. Changed only by conditional updates of the run ledger.</summary>
public sealed class JobRun
{
    public long Id { get; set; }

    /// <summary>Names the run outside this database, in a store's facts for good.</summary>
    public Guid Key { get; set; }

    /// <summary>Name of the job kind, for example RunProfile.</summary>
    public required string Kind { get; set; }

    public required string ArgumentsJson { get; set; }

    /// <summary>Digest of kind and arguments: equal for runs that ask for the same.</summary>
    public required string Identity { get; set; }

    /// <summary>Equal to <see cref="Identity"/> while the run is not over, then null: unique, so that one thing is not queued twice.</summary>
    public string? LiveIdentity { get; set; }

    /// <summary>Name of the queue that serves this class of work.</summary>
    public required string Queue { get; set; }

    public RunTrigger Trigger { get; set; }

    /// <summary>A person asked for the next attempt; spent when it begins. What follows by itself is not by hand.</summary>
    public bool IsByHand { get; set; }

    /// <summary>Who asked: a user name, or the name of the part of the program.</summary>
    public required string RequestedBy { get; set; }

    /// <summary>The run that asked for this one, or that this one repeats.</summary>
    public long? ParentId { get; set; }

    /// <summary>The first run of the chain; null when it is this one.</summary>
    public long? RootId { get; set; }

    public int? ScheduleId { get; set; }

    /// <summary>The slot it was queued for; unique together with <see cref="ScheduleId"/>.</summary>
    public DateTimeOffset? SlotAt { get; set; }

    public int? StoreId { get; set; }

    public LeaseMode StoreMode { get; set; }

    /// <summary>Since when it stands in line for its store; kept while it is queued again, cleared once it is accepted.</summary>
    public DateTimeOffset? StoreWaitSince { get; set; }

    public RunState State { get; set; }

    public RunReason Reason { get; set; }

    /// <summary>The situation behind the state as JSON (SituationJson); null when there is nothing to say.</summary>
    public string? SituationJson { get; set; }

    /// <summary>When the present state began.</summary>
    public DateTimeOffset StateSince { get; set; }

    /// <summary>Not accepted earlier; null for at once, and for waits that something else ends.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Run epoch: + 1 at each accept; a holder with an older one writes nothing.</summary>
    public long Epoch { get; set; }

    /// <summary>Boot id of the holder; null unless Running.</summary>
    public Guid? BootId { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>When it was last handed to the delivery; another is due when this is too long ago.</summary>
    public DateTimeOffset? DeliveredAt { get; set; }

    public DateTimeOffset? CancelRequestedAt { get; set; }

    public string? CancelRequestedBy { get; set; }

    /// <summary>Process deaths in a row without a checkpoint in between.</summary>
    public int Crashes { get; set; }

    /// <summary>How often a person has released it.</summary>
    public int ManualRetries { get; set; }

    /// <summary>Tries that ended before it no longer count: the last checkpoint, or the last release by a person.</summary>
    public DateTimeOffset? TriesFrom { get; set; }

    /// <summary>Small JSON of the kind; what the next attempt starts from.</summary>
    public string? CheckpointJson { get; set; }

    public string? ProgressJson { get; set; }

    /// <summary>Live numbers in the shape of <see cref="ResultJson"/>.</summary>
    public string? NumbersJson { get; set; }

    public string? ResultJson { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was first accepted.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}
