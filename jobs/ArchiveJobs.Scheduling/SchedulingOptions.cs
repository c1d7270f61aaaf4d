namespace ArchiveJobs.Scheduling;

/// <summary>Where runs are kept and how many work at once.</summary>
public sealed record SchedulingOptions
{
    /// <summary>Absolute. The lock lies in run/, the complete logs in logs/runs/.</summary>
    public required string DataDirectory { get; init; }

    public DeliveryKind Delivery { get; init; } = DeliveryKind.Hangfire;

    /// <summary>Where Hangfire keeps its jobs.</summary>
    public DeliveryStorage Storage { get; init; } = DeliveryStorage.InMemory;

    /// <summary>Connection string of <see cref="Storage"/>; null in memory.</summary>
    public string? StorageConnection { get; init; }

    /// <summary>Workers of each class of work.</summary>
    public int WorkersPerClass { get; init; } = 4;

    /// <summary>How long a host may be silent before others take its runs over.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A holder that could not renew stops itself this long before its lease ends.</summary>
    public TimeSpan LeaseSafety { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often numbers and log lines go to the ledger, and cancel requests of other processes are seen.</summary>
    public TimeSpan SaveEvery { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>A queued run that nobody accepted for so long is delivered again.</summary>
    public TimeSpan RedeliverAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Process deaths in a row without a checkpoint in between after which a run is blocked.</summary>
    public int MaxCrashes { get; init; } = 3;

    /// <summary>A host whose clock differs more from the database's does not start: hosts take turns by the clock. Not looked at where there is one host only.</summary>
    public TimeSpan MaxClockDifference { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a stopping host waits for its runs to give themselves back.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <exception cref="ArgumentException">All that is wrong, in one message.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        if (!Path.IsPathFullyQualified(DataDirectory))
        {
            problems.Add($"DataDirectory is not an absolute path: {DataDirectory}");
        }

        if (Storage != DeliveryStorage.InMemory && string.IsNullOrWhiteSpace(StorageConnection))
        {
            problems.Add($"{Storage} needs a StorageConnection");
        }

        if (WorkersPerClass is < 1 or > 100)
        {
            problems.Add($"WorkersPerClass must be 1 to 100, not {WorkersPerClass}");
        }

        if (RenewEvery + LeaseSafety >= LeaseTime)
        {
            problems.Add($"RenewEvery ({RenewEvery}) and LeaseSafety ({LeaseSafety}) must fit into LeaseTime ({LeaseTime})");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException("Scheduling: " + string.Join("; ", problems) + ".");
        }
    }
}

public enum DeliveryKind
{
    /// <summary>Hangfire: what its storage loses, the reconciler delivers again.</summary>
    Hangfire,

    /// <summary>A queue and a few workers in this process, for one command that runs one job.</summary>
    InProcess,
}

public enum DeliveryStorage
{
    /// <summary>Gone with the process.</summary>
    InMemory,

    /// <summary>Shared by the hosts on one PostgreSQL database.</summary>
    PostgreSql,

    /// <summary>Shared by the hosts on one SQL Server database.</summary>
    SqlServer,
}
