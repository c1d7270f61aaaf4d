using ArchiveJobs.Core;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Decides due slots and turns them into runs. Any number of hosts and threads may do it at once: one of them wins, the others see what it did.</summary>
internal sealed class SchedulePlanner(
    IDbContextFactory<MasterContext> contexts, RunLedger ledger, JobRegistry registry, IServiceScopeFactory scopes, IRunDispatcher dispatcher,
    IRandomSource random, ScheduleObservers observers, ScheduleWatch watch, TimeProvider time, ILogger<SchedulePlanner> logger)
{
    private const int MaxLooks = 5;

    /// <summary>Looks at every schedule once.</summary>
    /// <returns>The next slot of all; null when there is none.</returns>
    public async Task<DateTimeOffset?> PassAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        foreach (var schedule in await ListAsync(cancellationToken))
        {
            try
            {
                var slot = await DecideAsync(schedule.Id, schedule, cancellationToken);
                next = next is null || slot < next ? slot ?? next : next;
                if (schedule.GraceSeconds > 0 || schedule.WatchedSlotAt is not null || schedule.OverdueSince is not null)
                {
                    await watch.LookAsync(schedule.Id, cancellationToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The others must not wait for this one; it is looked at again in the next pass.
                Log.ScheduleFailed(logger, e, schedule.Id, schedule.Name);
            }
        }

        return next;
    }

    /// <summary>Decides what is due of one schedule.</summary>
    /// <returns>Its next slot; null when there is none, it is disabled, or it does not exist.</returns>
    public Task<DateTimeOffset?> DecideAsync(int scheduleId, CancellationToken cancellationToken) => DecideAsync(scheduleId, known: null, cancellationToken);

    private async Task<DateTimeOffset?> DecideAsync(int scheduleId, Schedule? known, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var schedule = known ?? await FindAsync(scheduleId, cancellationToken);
            known = null;
            if (schedule is not { IsEnabled: true } || registry.Find(schedule.Kind) is not { } kind)
            {
                return null; // A kind of a newer version is left to a host that has it.
            }

            try
            {
                if (await DecideAsync(schedule, kind, cancellationToken) is { } next)
                {
                    return next.SlotAt;
                }
            }
            catch (DbUpdateException) when (look < MaxLooks)
            {
                // A run of the same was queued between the look and the insert. The next look finds it.
                continue;
            }

            if (look == MaxLooks)
            {
                return schedule.NextSlotAt;
            }
        }
    }

    /// <summary>One look. Null when somebody else changed the schedule meanwhile.</summary>
    private async Task<Upcoming?> DecideAsync(Schedule schedule, JobKind kind, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (IsQuiet(schedule, now))
        {
            return new Upcoming(schedule.NextSlotAt);
        }

        var identity = RunLedger.IdentityOf(schedule.Kind, schedule.ArgumentsJson);
        var live = await ledger.FindLiveAsync(identity, cancellationToken);
        var end = schedule.AfterScheduleId is { } parent ? await FindEndAsync(parent, schedule.LastSlotAt, cancellationToken) : null;
        var decision = SlotRule.Of(schedule) is { } rule
            ? SlotDecider.Decide(schedule, rule, now, live is not null)
            : SlotDecider.DecideChain(schedule, end, now, live is not null);
        if (decision is null)
        {
            return new Upcoming(schedule.NextSlotAt);
        }

        var storeId = decision.Run is null ? null : await FindStoreAsync(kind, schedule, cancellationToken);
        var jitter = TimeSpan.FromSeconds(schedule.JitterSeconds * random.NextFraction());
        var planned = await ledger.PlanAsync(schedule, decision, live, slot => new JobRun
        {
            Key = random.NewKey(),
            Kind = kind.Name,
            ArgumentsJson = schedule.ArgumentsJson,
            Identity = identity,
            Queue = RunQueues.Of(kind.WorkClass),
            Trigger = schedule.AfterScheduleId is null ? RunTrigger.Schedule : RunTrigger.Chain,
            RequestedBy = $"schedule {schedule.Name}",
            ParentId = decision.Run?.ParentId,
            RootId = decision.Run?.ParentId,
            ScheduleId = schedule.Id,
            SlotAt = slot,
            StoreId = storeId,
            StoreMode = kind.LeaseMode,
            NotBefore = slot + jitter,
        });
        if (planned is null)
        {
            return null;
        }

        if (planned.ToDeliver is { } runId)
        {
            dispatcher.Deliver(runId, RunQueues.Of(kind.WorkClass));
        }

        observers.Tell(schedule, planned.Events);
        return new Upcoming(decision.NextSlotAt);
    }

    /// <summary>Nothing can be due: seen without a query.</summary>
    private static bool IsQuiet(Schedule schedule, DateTimeOffset now) =>
        schedule.AfterScheduleId is null && schedule.NextSlotAt > now && schedule.PendingSlots is null
        && (schedule.PausedUntil is null || now < schedule.PausedUntil) && schedule.LastSlotAt <= now + SlotDecider.OnTime;

    private async Task<List<Schedule>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Schedules.AsNoTracking().Where(schedule => schedule.IsEnabled).OrderBy(schedule => schedule.Id).ToListAsync(cancellationToken);
    }

    private async Task<Schedule?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Schedules.AsNoTracking().FirstOrDefaultAsync(schedule => schedule.Id == id, cancellationToken);
    }

    /// <summary>The newest good end of a schedule after the cursor of the one that follows it.</summary>
    private async Task<SlotRun?> FindEndAsync(int parentScheduleId, DateTimeOffset after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var end = await db.JobRuns
            .Where(run => run.ScheduleId == parentScheduleId && run.EndedAt > after
                && (run.State == RunState.Succeeded || run.State == RunState.CompletedWithWarnings))
            .OrderByDescending(run => run.EndedAt)
            .Select(run => new { run.Id, run.EndedAt })
            .FirstOrDefaultAsync(cancellationToken);
        return end is null ? null : new SlotRun(end.EndedAt!.Value, RunTrigger.Chain, end.Id);
    }

    private async Task<int?> FindStoreAsync(JobKind kind, Schedule schedule, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            return await kind.FindStoreAsync(scope.ServiceProvider, schedule.ArgumentsJson, cancellationToken);
        }
        catch (ArchiveException)
        {
            return null; // The executor meets the same and makes it the run's situation.
        }
    }

    private sealed record Upcoming(DateTimeOffset? SlotAt);
}
