using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Retries;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class RetryPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    // Full jitter with a fraction of one half: half of 30 s, 2, 8, 30, 60, 60, 60 min; the eighth try is the last.
    [Theory]
    [InlineData(0, 15)]
    [InlineData(1, 60)]
    [InlineData(2, 240)]
    [InlineData(3, 900)]
    [InlineData(4, 1800)]
    [InlineData(5, 1800)]
    [InlineData(6, 1800)]
    [InlineData(7, null)]
    [InlineData(20, null)]
    public void A_broken_network_is_tried_eight_times_with_growing_waits(int earlier, int? seconds)
    {
        var plan = Decide(ErrorClass.TransientNetwork, Tries(earlier, ErrorClass.TransientNetwork));

        Assert.Equal(
            seconds is { } wait
                ? new RetryPlan(RunState.Waiting, RunReason.Backoff, Now.AddSeconds(wait), IsCharged: true)
                : new RetryPlan(RunState.Failed, RunReason.None, null, IsCharged: true),
            plan);
    }

    [Theory]
    [InlineData(ErrorClass.Throttled, RunState.Waiting, RunReason.Backoff, 3600, false)]
    [InlineData(ErrorClass.Authentication, RunState.Waiting, RunReason.Authentication, 6 * 3600, false)]
    [InlineData(ErrorClass.Configuration, RunState.Failed, RunReason.None, null, true)]
    [InlineData(ErrorClass.Refused, RunState.Failed, RunReason.None, null, true)]
    [InlineData(ErrorClass.StoreBusy, RunState.Waiting, RunReason.Store, 30, false)]
    [InlineData(ErrorClass.StoreOffline, RunState.Waiting, RunReason.Store, 300, false)]
    [InlineData(ErrorClass.StoreFull, RunState.Waiting, RunReason.Disk, 300, false)]
    [InlineData(ErrorClass.StoreReadOnly, RunState.Waiting, RunReason.Disk, 300, false)]
    [InlineData(ErrorClass.StoreCorrupt, RunState.Waiting, RunReason.Person, null, false)]
    [InlineData(ErrorClass.SourceChanged, RunState.Waiting, RunReason.Person, null, false)]
    [InlineData(ErrorClass.Database, RunState.Waiting, RunReason.Backoff, 5, false)]
    [InlineData(ErrorClass.HostStopping, RunState.Interrupted, RunReason.None, null, false)]
    [InlineData(ErrorClass.LeaseLost, RunState.Interrupted, RunReason.None, null, false)]
    [InlineData(ErrorClass.Unknown, RunState.Waiting, RunReason.Backoff, 15, true)]
    public void Each_class_has_its_plan(ErrorClass errorClass, RunState state, RunReason reason, int? seconds, bool isCharged)
    {
        var plan = Decide(errorClass, []);

        Assert.Equal(new RetryPlan(state, reason, seconds is { } wait ? Now.AddSeconds(wait) : null, isCharged), plan);
    }

    [Fact]
    public void What_nobody_knows_is_tried_once_more()
    {
        Assert.Equal(RunState.Failed, Decide(ErrorClass.Unknown, Tries(1, ErrorClass.Unknown)).State);
        Assert.Equal(RunState.Waiting, Decide(ErrorClass.Unknown, Tries(3, ErrorClass.TransientNetwork)).State);
    }

    [Fact]
    public void Tries_older_than_a_day_do_not_count()
    {
        var old = Enumerable.Range(0, 7).Select(i => new CountedTry(Now.AddHours(-25), Now.AddHours(-24), ErrorClass.TransientNetwork)).ToArray();

        Assert.Equal(Now.AddSeconds(15), Decide(ErrorClass.TransientNetwork, old).NotBefore);
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.75, 22.5)]
    public void The_wait_is_spread_over_its_whole_length_but_never_nothing(double fraction, double seconds)
    {
        var plan = RetryPolicy.Decide(new Situation("host.refused", ErrorClass.TransientNetwork), [], true, Now, fraction);

        Assert.Equal(Now.AddSeconds(seconds), plan.NotBefore);
    }

    [Fact]
    public void A_throttling_server_names_the_time()
    {
        var named = new Situation(SituationKeys.ServerThrottled, ErrorClass.Throttled).With("retryAfterSeconds", 90);
        var absurd = new Situation(SituationKeys.ServerThrottled, ErrorClass.Throttled).With("retryAfterSeconds", 1_000_000);

        Assert.Equal(Now.AddSeconds(90), RetryPolicy.Decide(named, [], true, Now, 0.5).NotBefore);
        Assert.Equal(Now.AddDays(1), RetryPolicy.Decide(absurd, [], true, Now, 0.5).NotBefore);
    }

    [Fact]
    public void An_unknown_host_is_a_mistake_until_it_has_worked_once()
    {
        var unknown = new Situation(SituationKeys.HostUnknown, ErrorClass.TransientNetwork);

        Assert.Equal(RunState.Failed, RetryPolicy.Decide(unknown, [], hasEverWorked: false, Now, 0.5).State);
        Assert.Equal(RunState.Waiting, RetryPolicy.Decide(unknown, [], hasEverWorked: true, Now, 0.5).State);
    }

    private static RetryPlan Decide(ErrorClass errorClass, IReadOnlyList<CountedTry> earlier) =>
        RetryPolicy.Decide(new Situation("x", errorClass), earlier, hasEverWorked: true, Now, 0.5);

    private static CountedTry[] Tries(int count, ErrorClass errorClass) =>
        Enumerable.Range(0, count).Select(i => new CountedTry(Now.AddHours(-2), Now.AddHours(-1), errorClass)).ToArray();
}
