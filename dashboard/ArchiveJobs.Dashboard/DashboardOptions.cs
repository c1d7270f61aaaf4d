namespace ArchiveJobs.Dashboard;

public sealed record DashboardOptions
{
    /// <summary>Absolute. The first password waits in it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Directory for the keys that protect cookies; made when missing, readable by its owner only.</summary>
    public required string CookieKeys { get; init; }

    /// <summary>How long a login lasts without a request.</summary>
    public TimeSpan SessionTime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Wrong passwords in a row until an account rests.</summary>
    public int AttemptsUntilLockout { get; init; } = 5;

    public TimeSpan LockoutTime { get; init; } = TimeSpan.FromMinutes(15);
}
