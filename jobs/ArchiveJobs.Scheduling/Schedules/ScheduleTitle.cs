using System.Text.Json;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Schedules;

internal static class ScheduleTitle
{
    /// <summary>What it works on, as far as its arguments name it; else the schedule itself.</summary>
    public static string TargetOf(Schedule schedule)
    {
        try
        {
            return JsonNode.Parse(schedule.ArgumentsJson) is JsonObject arguments && arguments["name"] is JsonValue name ? name.ToString() : schedule.Name;
        }
        catch (JsonException)
        {
            return schedule.Name;   // Written by another version.
        }
    }
}
