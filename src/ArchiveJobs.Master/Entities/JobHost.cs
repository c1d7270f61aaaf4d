namespace ArchiveJobs.Master;

/// <summary>One start of one process that may run jobs.</summary>
public sealed class JobHost
{
    /// <summary>New at every start.</summary>
    public Guid BootId { get; set; }

    /// <summary>Of its data directory: stays the same from start to start. Empty where the database has one host only.</summary>
    public Guid HostId { get; set; }

    /// <summary>Name of the machine.</summary>
    public required string Name { get; set; }

    public int ProcessId { get; set; }

    public required string Version { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset HeartbeatAt { get; set; }

    /// <summary>It stopped in good order; what it left Running was not a crash.</summary>
    public DateTimeOffset? StoppedAt { get; set; }
}
