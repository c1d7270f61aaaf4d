namespace ArchiveJobs.Master;

/// <summary>Who acted. The numbers are stored and hashed.</summary>
public enum AuditActorKind
{
    System = 0,
    Person = 1,
    Api = 2,
}

/// <summary>The numbers are stored and hashed.</summary>
public enum AuditResult
{
    Success = 0,
    Failure = 1,

    /// <summary>It was not allowed.</summary>
    Refused = 2,
}

/// <summary>The numbers are stored and hashed.</summary>
public enum AuditLevel
{
    Information = 0,
    Warning = 1,
    Error = 2,
}

/// <summary>One event of the audit trail (docs/audit.md). Written by <see cref="Audit.IAuditTrail"/>, sealed once, never changed after that.</summary>
public sealed class AuditEvent
{
    public long Id { get; set; }

    /// <summary>From 1 without gaps; null until it is sealed.</summary>
    public long? Sequence { get; set; }

    public DateTimeOffset At { get; set; }

    public required string Actor { get; set; }

    public AuditActorKind ActorKind { get; set; }

    /// <summary>A constant of <see cref="Audit.AuditActions"/>.</summary>
    public required string Action { get; set; }

    public string? ObjectKind { get; set; }

    public string? ObjectId { get; set; }

    /// <summary>As it was called then.</summary>
    public string? ObjectName { get; set; }

    public AuditResult Result { get; set; }

    public AuditLevel Level { get; set; }

    /// <summary>One JSON object.</summary>
    public string DetailsJson { get; set; } = "{}";

    /// <summary>SHA-256, 32 octets; null until it is sealed.</summary>
    public byte[]? Hash { get; set; }

    /// <summary>The hash of the event before; 32 zeros for the first.</summary>
    public byte[]? PreviousHash { get; set; }
}
