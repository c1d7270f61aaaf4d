using System.Globalization;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Schedules;
using Hangfire;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Delivery;

/// <summary>What Hangfire calls when a recurring job fires. Its name and its arguments are stored by storages that last: never renamed.</summary>
public sealed class ScheduleFiring
{
    // Hangfire writes it to the state of a job that a person triggered; its own scheduler writes "Triggered by recurring job scheduler".
    private const string ByHand = "Triggered using recurring job manager";

    private readonly IScheduleService _schedules;
    private readonly PlannerSignal _signal;
    private readonly ILogger _logger;

    internal ScheduleFiring(IScheduleService schedules, PlannerSignal signal, ILogger logger)
    {
        _schedules = schedules;
        _signal = signal;
        _logger = logger;
    }

    /// <summary>A firing by time only wakes the planner; one by hand asks for a run.</summary>
    /// <param name="context">Put in by Hangfire.</param>
    public async Task FireAsync(int scheduleId, PerformContext? context)
    {
        if (!IsByHand(context))
        {
            _signal.Wake();
            return;
        }

        try
        {
            await _schedules.TriggerAsync(scheduleId, "hangfire", CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Never told to Hangfire, which would keep the job as failed for ever.
            Log.ScheduleFailed(_logger, e, scheduleId, "triggered in Hangfire");
        }
    }

    private static bool IsByHand(PerformContext? context) =>
        context?.Storage.GetMonitoringApi().JobDetails(context.BackgroundJob.Id)?.History.Any(state => state.Reason == ByHand) == true;
}

/// <summary>Each enabled schedule as a recurring job. What is lost with the process is there again after the first look.</summary>
internal sealed class HangfireMirror : IScheduleMirror
{
    private const string Prefix = "schedule-";

    // February 31st: shown, and triggered by hand, but never fired by time.
    private const string Never = "0 0 31 2 *";

    private readonly HangfireDispatcher _dispatcher;
    private readonly RecurringJobManager _recurring;
    private readonly IDbContextFactory<MasterContext> _contexts;
    private Dictionary<string, string> _shown = [];
    private bool _isFirst = true;

    public HangfireMirror(HangfireDispatcher dispatcher, IDbContextFactory<MasterContext> contexts)
    {
        _dispatcher = dispatcher;
        _contexts = contexts;
        _recurring = new RecurringJobManager(dispatcher.Storage, dispatcher.Filters);
    }

    public static string IdOf(Schedule schedule) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{schedule.Id}: {schedule.Name}");

    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await using var db = await _contexts.CreateDbContextAsync(cancellationToken);
        var schedules = await db.Schedules.AsNoTracking().Where(schedule => schedule.IsEnabled).ToListAsync(cancellationToken);
        var wanted = schedules.ToDictionary(IdOf, schedule => $"{CronOf(schedule)} {ZoneOf(schedule)}");
        foreach (var gone in Present().Except(wanted.Keys))
        {
            _recurring.RemoveIfExists(gone);
        }

        foreach (var schedule in schedules.Where(schedule => _shown.GetValueOrDefault(IdOf(schedule)) != wanted[IdOf(schedule)]))
        {
            Show(schedule);
        }

        _shown = wanted;
        _isFirst = false;
    }

    /// <summary>At first also what an earlier process left in a storage that lasts.</summary>
    private List<string> Present()
    {
        if (!_isFirst)
        {
            return [.. _shown.Keys];
        }

        using var connection = _dispatcher.Storage.GetConnection();
        return [.. connection.GetRecurringJobs().Select(job => job.Id).Where(id => id.StartsWith(Prefix, StringComparison.Ordinal))];
    }

    private void Show(Schedule schedule)
    {
        var id = schedule.Id;
        _recurring.AddOrUpdate(
            IdOf(schedule),
            Job.FromExpression<ScheduleFiring>(firing => firing.FireAsync(id, null), RunQueues.All[0]),
            CronOf(schedule),
            new RecurringJobOptions { TimeZone = ZoneOf(schedule), MisfireHandling = MisfireHandlingMode.Ignorable });
    }

    private static string CronOf(Schedule schedule) =>
        schedule.Cron ?? (schedule.EverySeconds is { } seconds ? CronText.OfInterval(TimeSpan.FromSeconds(seconds)) : null) ?? Never;

    /// <summary>A zone that this host does not know must not hide the others; the planner says what is wrong with this one.</summary>
    private static TimeZoneInfo ZoneOf(Schedule schedule) =>
        schedule.Cron is not null && TimeZoneInfo.TryFindSystemTimeZoneById(schedule.Zone, out var zone) ? zone : TimeZoneInfo.Utc;
}
