namespace ArchiveJobs.Notifications;

/// <summary>How this process names itself in alerts, and when it tries.</summary>
public sealed record NotificationsOptions
{
    /// <summary>Name of the host.</summary>
    public string Host { get; init; } = Environment.MachineName;

    /// <summary>Version of the program.</summary>
    public string Version { get; init; } = typeof(NotificationsOptions).Assembly.GetName().Version?.ToString(2) ?? "0";

    /// <summary>How often the outbox is looked at.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After that a process that began a try counts as dead. Longer than any channel takes (SMTP: 2 minutes).</summary>
    public TimeSpan ClaimTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A delivery that has failed for so long is given up, which is an alert on the other channels.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(48);
}
