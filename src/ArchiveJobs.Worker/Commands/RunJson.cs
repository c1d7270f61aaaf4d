using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A run as scripts see it: its own fields and beside them the numbers of its kind.</summary>
internal static class RunJson
{
    public static JsonObject Of(RunView run, DateTimeOffset? indexed)
    {
        var json = new JsonObject
        {
            ["id"] = run.Id,
            ["kind"] = run.Kind,
            ["state"] = run.State,
            ["reason"] = run.Reason ?? run.Cause?.Key,
            ["key"] = run.Cause?.Key,
            ["message"] = run.Cause is null ? null : Sentences.What(run, run.Cause),
            ["todo"] = run.Cause is null ? null : Sentences.ToDo(run, run.Cause),
        };

        // The numbers of the kind stand beside the run's own fields, which they never replace.
        foreach (var (name, value) in run.Result ?? [])
        {
            if (!json.ContainsKey(name))
            {
                json[name] = value?.DeepClone();
            }
        }

        json["store"] = run.Store;
        json["arguments"] = run.Arguments.DeepClone();
        json["attempt"] = run.Attempt;
        json["createdUtc"] = Numbers.Utc(run.CreatedAt);
        json["startedUtc"] = Text(run.StartedAt);
        json["endedUtc"] = Text(run.EndedAt);
        json["indexedUtc"] = Text(indexed);
        json["nextUtc"] = Text(run.NextAttemptAt);
        json["items"] = CommandJson.Array(run.Items.Select(item => Of(run, item)));
        return json;
    }

    private static JsonObject Of(RunView run, Situation situation)
    {
        var json = new JsonObject { ["key"] = situation.Key, ["class"] = situation.Class.ToString(), ["message"] = Sentences.What(run, situation) };
        foreach (var (name, value) in situation.Values)
        {
            json.TryAdd(name, value);
        }

        if (situation.ServerWords is { } words)
        {
            json["words"] = words;
        }

        return json;
    }

    private static string? Text(DateTimeOffset? instant) => instant is { } value ? Numbers.Utc(value) : null;
}
