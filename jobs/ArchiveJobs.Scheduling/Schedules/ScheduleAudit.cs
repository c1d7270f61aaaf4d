using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>What the audit trail tells of schedules (docs/audit.md, "Actions").</summary>
internal static class ScheduleAudit
{
    public static AuditEntry Added(Schedule schedule) =>
        By(AuditActions.ScheduleAdd, schedule.CreatedBy, schedule, Differences(null, schedule));

    public static AuditEntry Changed(ScheduleEventKind kind, Schedule seen, Schedule changed, string by) => By(
        kind switch
        {
            ScheduleEventKind.Paused => AuditActions.SchedulePause,
            ScheduleEventKind.Resumed => AuditActions.ScheduleResume,
            ScheduleEventKind.SkipAsked => AuditActions.ScheduleSkip,
            _ => AuditActions.ScheduleChange,
        },
        by, changed, Differences(seen, changed));

    public static AuditEntry Removed(Schedule schedule, string by) => By(AuditActions.ScheduleDelete, by, schedule, []);

    /// <summary>The end of a pause came by itself.</summary>
    public static AuditEntry PauseOver(Schedule schedule) =>
        By(AuditActions.ScheduleResume, $"schedule {schedule.Name}", schedule, new JsonObject { ["pausedUntil"] = Utc(schedule.PausedUntil) }) with { ActorKind = AuditActorKind.System };

    /// <summary>A slot that becomes no run. That a person said so was told when it was said.</summary>
    public static AuditEntry SlotSkipped(Schedule schedule, JobRun row, string text) =>
        By(AuditActions.SlotSkip, row.RequestedBy, schedule, new JsonObject { ["slot"] = Utc(row.SlotAt), ["reason"] = row.Reason.ToString(), ["run"] = row.Id, ["text"] = text }) with
        {
            ActorKind = AuditActorKind.System,
            Level = row.Reason == RunReason.Person ? AuditLevel.Information : AuditLevel.Warning,
        };

    private static AuditEntry By(string action, string by, Schedule schedule, JsonObject details) =>
        new AuditEntry(action, by) { Details = details }.About("schedule", schedule.Id, schedule.Name);

    /// <summary>Each setting that is different, as [before, after]; of a new one those that are set.</summary>
    private static JsonObject Differences(Schedule? before, Schedule after)
    {
        var details = new JsonObject();
        var former = before is null ? null : SettingsOf(before).ToDictionary(one => one.Name, one => one.Value);
        foreach (var (name, value) in SettingsOf(after))
        {
            if (former is null && value is not null)
            {
                details[name] = value;
            }
            else if (former is not null && former[name] != value)
            {
                details[name] = new JsonArray(former[name], value);
            }
        }

        return details;
    }

    private static IEnumerable<(string Name, string? Value)> SettingsOf(Schedule schedule) =>
    [
        ("name", schedule.Name),
        ("kind", schedule.Kind),
        ("arguments", schedule.ArgumentsJson),
        ("cron", schedule.Cron),
        ("everySeconds", Number(schedule.EverySeconds)),
        ("after", Number(schedule.AfterScheduleId)),
        ("zone", schedule.Zone),
        ("enabled", schedule.IsEnabled ? "true" : "false"),
        ("pausedUntil", Utc(schedule.PausedUntil)),
        ("skipNext", schedule.SkipNext ? "true" : "false"),
        ("catchUp", schedule.CatchUp.ToString()),
        ("catchUpLimit", Number(schedule.CatchUpLimit)),
        ("overlap", schedule.Overlap.ToString()),
        ("jitterSeconds", Number(schedule.JitterSeconds)),
        ("graceSeconds", Number(schedule.GraceSeconds)),
    ];

    private static string? Number(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Utc(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
