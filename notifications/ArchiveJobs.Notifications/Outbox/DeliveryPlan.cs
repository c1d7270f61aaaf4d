using ArchiveJobs.Notifications.Channels;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>When a delivery that failed is tried again. A pure function.</summary>
internal static class DeliveryPlan
{
    /// <summary>After the first try, after the second …; then the last of them.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
    ];

    /// <param name="attempts">Tries so far, at least 1.</param>
    /// <returns>Null when it is given up.</returns>
    public static DateTimeOffset? Next(DeliveryOutcome outcome, int attempts, DateTimeOffset createdAt, DateTimeOffset now, TimeSpan giveUpAfter)
    {
        // What settings alone can change is not hammered; changing the channel has it tried at once.
        var wait = outcome == DeliveryOutcome.Permanent ? Waits[^1] : Waits[Math.Min(attempts, Waits.Length) - 1];
        return now - createdAt >= giveUpAfter ? null : now + wait;
    }
}
