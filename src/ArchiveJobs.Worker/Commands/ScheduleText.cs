using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A schedule as people and as scripts see it.</summary>
internal static class ScheduleText
{
    public static string When(ScheduleView schedule) => schedule switch
    {
        { Cron: { } cron } => $"{cron} ({schedule.Zone})",
        { Every: { } every } => $"every {Short(every)}",
        _ => $"after \"{schedule.After}\"",
    };

    /// <summary>"next 2026-11-24 02:00:00 +09:00", "paused until …", "off".</summary>
    public static string Next(ScheduleView schedule)
    {
        var pause = schedule.PausedUntil is { } until ? $"paused until {In(schedule, until)}, " : "";
        var skip = schedule.SkipNext ? ", which is passed over" : "";
        return !schedule.IsEnabled ? "paused until it is resumed"
            : schedule.Next is { } next ? $"{pause}next {In(schedule, next)}{skip}"
            : pause + "next when that run is good" + skip;
    }

    public static string In(ScheduleView schedule, DateTimeOffset at) =>
        Numbers.Instant(at, TimeZoneInfo.TryFindSystemTimeZoneById(schedule.Zone, out var zone) ? zone : TimeZoneInfo.Utc);

    public static JsonObject ToJson(ScheduleView schedule) => new()
    {
        ["id"] = schedule.Id,
        ["name"] = schedule.Name,
        ["kind"] = schedule.Kind,
        ["arguments"] = JsonNode.Parse(schedule.ArgumentsJson),
        ["cron"] = schedule.Cron,
        ["everySeconds"] = (long?)schedule.Every?.TotalSeconds,
        ["after"] = schedule.After,
        ["zone"] = schedule.Zone,
        ["enabled"] = schedule.IsEnabled,
        ["pausedUntilUtc"] = Utc(schedule.PausedUntil),
        ["skipNext"] = schedule.SkipNext,
        ["catchUp"] = schedule.CatchUp.ToString().ToLowerInvariant(),
        ["catchUpLimit"] = schedule.CatchUp == CatchUpRule.All ? schedule.CatchUpLimit : null,
        ["overlap"] = schedule.Overlap.ToString().ToLowerInvariant(),
        ["jitterSeconds"] = (long)schedule.Jitter.TotalSeconds,
        ["graceSeconds"] = (long)schedule.Grace.TotalSeconds,
        ["nextUtc"] = Utc(schedule.Next),
        ["waitingUtc"] = CommandJson.Array(schedule.Waiting.Select(slot => (JsonNode)Numbers.Utc(slot))),
        ["overdueSinceUtc"] = Utc(schedule.OverdueSince),
        ["lastRun"] = schedule.LastRun?.Id,
        ["lastState"] = schedule.LastRun?.State.ToString(),
        ["createdUtc"] = Numbers.Utc(schedule.CreatedAt),
        ["createdBy"] = schedule.CreatedBy,
    };

    private static string Short(TimeSpan every) =>
        every.Ticks % TimeSpan.TicksPerDay == 0 ? $"{every.TotalDays} d"
        : every.Ticks % TimeSpan.TicksPerHour == 0 ? $"{every.TotalHours} h"
        : every.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{every.TotalMinutes} min"
        : $"{every.TotalSeconds} s";

    private static string? Utc(DateTimeOffset? at) => at is { } value ? Numbers.Utc(value) : null;
}
