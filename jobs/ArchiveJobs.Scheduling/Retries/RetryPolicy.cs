using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Retries;

/// <summary>A try that was charged and still counts.</summary>
public readonly record struct CountedTry(DateTimeOffset StartedAt, DateTimeOffset EndedAt, ErrorClass Class);

/// <summary>What follows on a failure.</summary>
/// <param name="State">Waiting, Interrupted or Failed.</param>
/// <param name="NotBefore">When the run is taken up again; null when something else decides.</param>
/// <param name="IsCharged">The attempt counts as a try.</param>
public readonly record struct RetryPlan(RunState State, RunReason Reason, DateTimeOffset? NotBefore, bool IsCharged);

/// <summary>
/// What to do after a failure, by its class alone. A pure function: everything it decides by is an argument.
/// Plans: N backoff, T the server's own time, A authentication, C configuration, D disk, X a person, and one retry for what nobody knows.
/// </summary>
public static class RetryPolicy
{
    /// <summary>N: tries in <see cref="Window"/> before it fails.</summary>
    public const int MaxTries = 8;

    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>N: upper bounds of the wait after the 1st, 2nd … try; the last one holds for all later.</summary>
    private static readonly TimeSpan[] Backoff =
    [
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(60),
    ];

    private static readonly TimeSpan ThrottledWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan AuthenticationProbe = TimeSpan.FromHours(6);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StoreBusyWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DatabaseWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <param name="situation">Why the attempt failed; the value <c>retryAfterSeconds</c> may hold the pause a throttling server names.</param>
    /// <param name="earlier">Charged tries since the last checkpoint, oldest first, without the one that failed now.</param>
    /// <param name="hasEverWorked">The same has come to a good end before.</param>
    /// <param name="fraction">0 to less than 1: full jitter, so that many runs that failed together do not come back together.</param>
    public static RetryPlan Decide(Situation situation, IReadOnlyList<CountedTry> earlier, bool hasEverWorked, DateTimeOffset now, double fraction) =>
        ClassOf(situation, hasEverWorked) switch
        {
            ErrorClass.TransientNetwork => BackOff(Recent(earlier, now) + 1, now, fraction),
            ErrorClass.Throttled => Wait(RunReason.Backoff, ServersTime(situation, now) ?? now + ThrottledWait),
            ErrorClass.Authentication => Wait(RunReason.Authentication, now + AuthenticationProbe),
            ErrorClass.StoreBusy => Wait(RunReason.Store, now + StoreBusyWait),
            ErrorClass.StoreOffline => Wait(RunReason.Store, now + LookAgain),
            ErrorClass.StoreFull or ErrorClass.StoreReadOnly => Wait(RunReason.Disk, now + LookAgain),
            ErrorClass.StoreCorrupt or ErrorClass.SourceChanged => Wait(RunReason.Person, null),
            ErrorClass.Database => Wait(RunReason.Backoff, now + DatabaseWait),
            ErrorClass.HostStopping or ErrorClass.LeaseLost => new RetryPlan(RunState.Interrupted, RunReason.None, null, IsCharged: false),
            ErrorClass.Configuration or ErrorClass.Refused => Failed,
            _ => earlier.Any(t => t.EndedAt > now - Window && IsUnknown(t.Class)) ? Failed : BackOff(1, now, fraction),
        };

    /// <summary>The class that counts: a host nobody has ever reached is a mistake in the settings.</summary>
    public static ErrorClass ClassOf(Situation situation, bool hasEverWorked) =>
        situation.Key == SituationKeys.HostUnknown && !hasEverWorked ? ErrorClass.Configuration : situation.Class;

    private static RetryPlan Failed => new(RunState.Failed, RunReason.None, null, IsCharged: true);

    private static RetryPlan Wait(RunReason reason, DateTimeOffset? until) => new(RunState.Waiting, reason, until, IsCharged: false);

    private static RetryPlan BackOff(int tries, DateTimeOffset now, double fraction)
    {
        if (tries >= MaxTries)
        {
            return Failed;
        }

        var wait = Backoff[Math.Min(tries, Backoff.Length) - 1] * fraction;
        return new RetryPlan(RunState.Waiting, RunReason.Backoff, now + (wait > ShortestWait ? wait : ShortestWait), IsCharged: true);
    }

    private static int Recent(IReadOnlyList<CountedTry> tries, DateTimeOffset now) => tries.Count(t => t.EndedAt > now - Window);

    private static bool IsUnknown(ErrorClass errorClass) => errorClass is ErrorClass.Unknown or ErrorClass.Item or ErrorClass.Derived;

    /// <summary>At most a day: a server that says more is asked once a day.</summary>
    private static DateTimeOffset? ServersTime(Situation situation, DateTimeOffset now) =>
        situation.Values.TryGetValue("retryAfterSeconds", out var text)
        && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? now + TimeSpan.FromSeconds(Math.Min(seconds, Window.TotalSeconds))
            : null;
}
