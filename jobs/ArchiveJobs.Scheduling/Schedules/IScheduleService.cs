using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>The door to the schedules, for the command line, the API and the dashboard. Names are found whatever their case. Thread-safe.</summary>
public interface IScheduleService
{
    /// <summary>By name.</summary>
    Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken);

    /// <exception cref="ScheduleException">There is none of this name.</exception>
    Task<ScheduleView> GetAsync(string name, CancellationToken cancellationToken);

    /// <param name="by">Who asks: a user name.</param>
    /// <exception cref="ScheduleException">It cannot be so; all problems in one message. Nothing was changed.</exception>
    /// <exception cref="Jobs.JobArgumentsException">No such kind, or arguments that do not fit it.</exception>
    Task<ScheduleView> AddAsync(ScheduleSpec spec, string by, CancellationToken cancellationToken);

    /// <summary>Decides what is due under the old rule, then changes it; a changed time counts from now on.</summary>
    /// <exception cref="ScheduleException">As for <see cref="AddAsync"/>.</exception>
    /// <exception cref="Jobs.JobArgumentsException">As for <see cref="AddAsync"/>.</exception>
    Task<ScheduleView> SetAsync(string name, ScheduleChange change, string by, CancellationToken cancellationToken);

    /// <summary>Its runs stay.</summary>
    /// <exception cref="ScheduleException">There is none of this name, or others follow it.</exception>
    Task RemoveAsync(string name, string by, CancellationToken cancellationToken);

    /// <param name="until">Slots before it do not count; null: until <see cref="ResumeAsync"/>.</param>
    /// <exception cref="ScheduleException">There is none of this name, or that time is past.</exception>
    Task<ScheduleView> PauseAsync(string name, DateTimeOffset? until, string by, CancellationToken cancellationToken);

    /// <summary>Slots count again from now on; those of the pause are not made up.</summary>
    Task<ScheduleView> ResumeAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>The next slot will be passed over, once.</summary>
    Task<ScheduleView> SkipNextAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>The next slots, without one that is to be skipped; none for a chain or a disabled schedule.</summary>
    /// <param name="count">1 to 1000.</param>
    Task<IReadOnlyList<DateTimeOffset>> NextAsync(string name, int count, CancellationToken cancellationToken);

    /// <summary>The slots a schedule would have from now on, without keeping anything; none for a chain.</summary>
    /// <exception cref="ScheduleException">It cannot be so.</exception>
    IReadOnlyList<DateTimeOffset> Preview(string? cron, TimeSpan? every, string? zone, int count);

    /// <summary>Asks for a run at once (trigger manual); slots stay as they are. While the same is not over, that run is returned.</summary>
    Task<QueuedRun> TriggerAsync(string name, string by, CancellationToken cancellationToken);

    /// <summary>The same by number.</summary>
    Task<QueuedRun> TriggerAsync(int id, string by, CancellationToken cancellationToken);

    /// <summary>Events of all schedules, oldest first.</summary>
    /// <param name="scheduleId">Null for all.</param>
    /// <param name="afterId">Only events with a larger id; 0 for all.</param>
    /// <param name="limit">1 to 1000.</param>
    Task<IReadOnlyList<ScheduleEventView>> ListEventsAsync(int? scheduleId, long afterId, int limit, CancellationToken cancellationToken);
}

/// <summary>A new schedule. Exactly one of <see cref="Cron"/>, <see cref="Every"/> and <see cref="After"/> is given.</summary>
/// <param name="Name">Unique, at most 200 characters.</param>
/// <param name="Kind">Name of the job kind.</param>
/// <param name="ArgumentsJson">One JSON object with the properties of the kind's arguments.</param>
public sealed record ScheduleSpec(string Name, string Kind, string ArgumentsJson)
{
    /// <summary>Five fields.</summary>
    public string? Cron { get; init; }

    /// <summary>1 min to 366 days, whole seconds.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Name of the schedule whose good runs it follows.</summary>
    public string? After { get; init; }

    /// <summary>IANA name; null for the zone of the host.</summary>
    public string? Zone { get; init; }

    public CatchUpRule CatchUp { get; init; } = CatchUpRule.Last;

    /// <summary>Counts for <see cref="CatchUpRule.All"/> only: 1 to 100.</summary>
    public int CatchUpLimit { get; init; } = 1;

    public OverlapRule Overlap { get; init; } = OverlapRule.Skip;

    /// <summary>0 to 1 day.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>0 (no watch) to 366 days.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(2);

    public bool IsEnabled { get; init; } = true;
}

/// <summary>What is to be different; null leaves it. One of <see cref="Cron"/>, <see cref="Every"/>, <see cref="After"/> replaces the others.</summary>
public sealed record ScheduleChange
{
    public string? Name { get; init; }

    public string? Kind { get; init; }

    public string? ArgumentsJson { get; init; }

    public string? Cron { get; init; }

    public TimeSpan? Every { get; init; }

    public string? After { get; init; }

    public string? Zone { get; init; }

    public CatchUpRule? CatchUp { get; init; }

    public int? CatchUpLimit { get; init; }

    public TimeSpan? Jitter { get; init; }

    public TimeSpan? Grace { get; init; }

    public bool? IsEnabled { get; init; }
}

/// <param name="Next">The first slot that counts; null for a chain, a disabled schedule, and when there is none.</param>
/// <param name="Waiting">Missed slots that wait to be made up, oldest first.</param>
/// <param name="OverdueSince">Null when all is well.</param>
/// <param name="LastRun">Its newest row, also a skipped one; null when there is none yet.</param>
public sealed record ScheduleView(
    int Id, string Name, string Kind, string ArgumentsJson, string? Cron, TimeSpan? Every, string? After, string Zone,
    bool IsEnabled, DateTimeOffset? PausedUntil, bool SkipNext, CatchUpRule CatchUp, int CatchUpLimit, OverlapRule Overlap, TimeSpan Jitter, TimeSpan Grace,
    DateTimeOffset? Next, IReadOnlyList<DateTimeOffset> Waiting, DateTimeOffset? OverdueSince, RunSummary? LastRun, DateTimeOffset CreatedAt, string CreatedBy);
