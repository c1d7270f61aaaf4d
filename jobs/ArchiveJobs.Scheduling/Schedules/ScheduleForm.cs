using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Checks a schedule before it is kept, and says all that is wrong together with what to do.</summary>
internal static class ScheduleForm
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <param name="schedule">As it would be; its kind, arguments and zone are put into the stored form.</param>
    /// <param name="all">Every schedule there is.</param>
    /// <exception cref="ScheduleException">All problems in one message.</exception>
    public static void Check(Schedule schedule, IReadOnlyList<Schedule> all, JobRegistry registry, DateTimeOffset now)
    {
        var problems = new List<string>();
        Try(problems, () =>
        {
            var kind = registry.Get(schedule.Kind);
            schedule.Kind = kind.Name;
            schedule.ArgumentsJson = kind.Normalize(schedule.ArgumentsJson);
        });
        CheckName(schedule, all, problems);
        CheckTime(schedule, now, problems);
        CheckChain(schedule, all, problems);
        CheckNumbers(schedule, problems);
        if (problems.Count > 0)
        {
            throw new ScheduleException(string.Join(' ', problems));
        }
    }

    /// <exception cref="ScheduleException">Not a usable rule.</exception>
    public static SlotRule? CheckRule(string? cron, TimeSpan? every, string zone, DateTimeOffset now)
    {
        if (every is { } interval && (interval < TimeSpan.FromMinutes(1) || interval > Longest || interval.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            throw new ScheduleException("An interval is 1 minute to 366 days, in whole seconds.");
        }

        SlotRule? rule = cron is not null ? new CronSlots(CronText.Parse(cron), ZoneName.Find(zone)) : every is { } one ? new IntervalSlots(one) : null;
        return rule is not null && rule.After(now) is null
            ? throw new ScheduleException($"The cron expression \"{cron}\" never comes. Choose a day that exists.")
            : rule;
    }

    private static void CheckName(Schedule schedule, IReadOnlyList<Schedule> all, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(schedule.Name) || schedule.Name.Length > 200 || schedule.Name.Any(char.IsControl))
        {
            problems.Add("A schedule needs a name of at most 200 characters, without control characters.");
        }
        else if (all.Any(other => other.Id != schedule.Id && string.Equals(other.Name, schedule.Name, StringComparison.OrdinalIgnoreCase)))
        {
            problems.Add($"There is a schedule \"{schedule.Name}\" already. Choose another name, or change that one.");
        }
    }

    private static void CheckTime(Schedule schedule, DateTimeOffset now, List<string> problems)
    {
        var ways = (schedule.Cron is null ? 0 : 1) + (schedule.EverySeconds is null ? 0 : 1) + (schedule.AfterScheduleId is null ? 0 : 1);
        if (ways != 1)
        {
            problems.Add("Say when it runs in exactly one way: a cron expression, an interval, or after another schedule.");
        }

        Try(problems, () =>
        {
            schedule.Zone = ZoneName.Check(schedule.Zone);
            CheckRule(schedule.Cron, schedule.EverySeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, schedule.Zone, now);
        });
    }

    private static void CheckChain(Schedule schedule, IReadOnlyList<Schedule> all, List<string> problems)
    {
        var path = new List<string> { schedule.Name };
        for (var parent = schedule.AfterScheduleId; parent is { } id; parent = all.FirstOrDefault(other => other.Id == id)?.AfterScheduleId)
        {
            path.Add(all.FirstOrDefault(other => other.Id == id)?.Name ?? "?");
            if (id == schedule.Id || path.Count > all.Count + 1)
            {
                problems.Add($"The chain comes back to itself: {string.Join(" after ", path)}. Let one of them start by time.");
                return;
            }
        }
    }

    private static void CheckNumbers(Schedule schedule, List<string> problems)
    {
        if (schedule.CatchUp == CatchUpRule.All && schedule.CatchUpLimit is < 1 or > 100)
        {
            problems.Add("At most 1 to 100 missed slots can be made up one by one.");
        }

        if (schedule.JitterSeconds is < 0 or > 86_400)
        {
            problems.Add("The jitter is 0 to 1 day.");
        }

        if (schedule.GraceSeconds < 0 || schedule.GraceSeconds > Longest.TotalSeconds)
        {
            problems.Add("The grace is 0 (no watch) to 366 days.");
        }
    }

    private static void Try(List<string> problems, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (e is ScheduleException or JobArgumentsException)
        {
            problems.Add(e.Message);
        }
    }
}
