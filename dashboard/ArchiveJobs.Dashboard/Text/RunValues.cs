using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Text;

/// <summary>What a run knows of itself, for the places of sentences; the situation's own values come first.</summary>
internal static class RunValues
{
    public static Situation Complete(RunSummary run, Situation situation) => situation with
    {
        Values = situation.Values.AddRange(Of(run).ExceptBy(situation.Values.Keys, value => value.Key)),
    };

    /// <summary>An empty object when it cannot be read: another version wrote it.</summary>
    public static JsonElement Arguments(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "{}");
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Arguments(null);
        }
    }

    private static Dictionary<string, string> Of(RunSummary run)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["since"] = Stamp(run.StateSince),
            ["at"] = Stamp(run.StateSince),
            ["run"] = run.Id.ToString(CultureInfo.InvariantCulture),
            ["kind"] = run.Kind,
            ["job"] = run.Kind,
            ["person"] = run.RequestedBy,
        };
        if (run.Next is { } next)
        {
            values["next"] = Stamp(next);
        }

        var arguments = Arguments(run.ArgumentsJson);
        if (arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty("name", out var name))
        {
            values["p"] = name.ToString();
        }

        if (run.StoreId is { } store)
        {
            values["store"] = values["s"] = store.ToString(CultureInfo.InvariantCulture);
        }

        return values;
    }

    private static string Stamp(DateTimeOffset instant) => instant.ToString("O", CultureInfo.InvariantCulture);
}
