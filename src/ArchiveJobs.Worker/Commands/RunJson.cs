using System.Text.Json;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A run as scripts see it: its own fields and beside them the numbers of its kind.</summary>
internal static class RunJson
{
    public static JsonObject Of(ShownRun run, DateTimeOffset? indexed)
    {
        var summary = run.Summary;
        var json = new JsonObject
        {
            ["id"] = run.Id,
            ["kind"] = run.Kind,
            ["state"] = run.State.ToString(),
            ["reason"] = summary.Reason != RunReason.None ? JsonNamingPolicy.CamelCase.ConvertName(summary.Reason.ToString()) : run.Cause?.Key,
            ["key"] = run.Cause?.Key,
            ["class"] = run.Cause?.Class.ToString(),
            ["message"] = run.Cause is null ? null : Sentences.What(run, run.Cause),
            ["todo"] = run.Cause is null ? null : Sentences.ToDo(run, run.Cause),
            ["words"] = run.Cause?.ServerWords,
            ["fingerprint"] = run.Cause?.Values.GetValueOrDefault("fingerprint"),
            ["store"] = summary.StoreId,
            ["arguments"] = run.Arguments.DeepClone(),
            ["trigger"] = summary.Trigger.ToString(),
            ["schedule"] = summary.ScheduleId,
            ["slotUtc"] = Text(summary.SlotAt),
            ["requestedBy"] = summary.RequestedBy,
            ["createdUtc"] = Numbers.Utc(summary.CreatedAt),
            ["startedUtc"] = Text(summary.StartedAt),
            ["endedUtc"] = Text(summary.EndedAt),
            ["indexedUtc"] = Text(indexed),
            ["nextUtc"] = Text(summary.Next),
        };
        if (run.View is { } view)
        {
            json["crashes"] = view.Crashes;
            json["attempts"] = CommandJson.Array(view.Attempts.Select(Of));
            json["items"] = CommandJson.Array(run.Items.Select(item => Of(run, item)));
        }

        // The numbers of the kind stand beside the run's own fields, which they never replace.
        foreach (var (name, value) in run.Numbers ?? [])
        {
            json.TryAdd(name, value?.DeepClone());
        }

        return json;
    }

    private static JsonObject Of(Scheduling.Runs.RunAttemptView attempt) => new()
    {
        ["host"] = attempt.Host,
        ["startedUtc"] = Numbers.Utc(attempt.StartedAt),
        ["endedUtc"] = Text(attempt.EndedAt),
        ["state"] = attempt.EndState?.ToString(),
        ["class"] = attempt.ErrorClass,
        ["charged"] = attempt.IsCharged,
    };

    private static JsonObject Of(ShownRun run, Situation situation)
    {
        var json = new JsonObject { ["key"] = situation.Key, ["class"] = situation.Class.ToString(), ["message"] = Sentences.What(run, situation), ["words"] = situation.ServerWords };
        foreach (var (name, value) in situation.Values)
        {
            json.TryAdd(name, value);
        }

        return json;
    }

    private static string? Text(DateTimeOffset? instant) => instant is { } value ? Numbers.Utc(value) : null;
}
