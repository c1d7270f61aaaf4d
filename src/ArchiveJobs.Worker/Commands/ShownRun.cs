using System.Text.Json;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A run as the console shows it: the ledger's view with its JSON read and its items beside it.</summary>
/// <param name="View">Null in lists.</param>
internal sealed record ShownRun(RunSummary Summary, RunView? View, JsonObject Arguments, JsonObject? Numbers, IReadOnlyList<Situation> Items)
{
    private const int MaxItems = 1000;

    public long Id => Summary.Id;

    public string Kind => Summary.Kind;

    public RunState State => Summary.State;

    public Situation? Cause => Summary.Situation;

    public static ShownRun Of(RunSummary summary) => new(summary, null, Read(summary.ArgumentsJson) ?? [], null, []);

    public static ShownRun Of(RunView view, IReadOnlyList<RunItemView> items) => new(
        view.Summary, view, Read(view.Summary.ArgumentsJson) ?? [], Read(view.ResultJson) ?? Read(view.NumbersJson), [.. items.Select(item => item.Situation)]);

    /// <summary>Null when there is no such run.</summary>
    public static async Task<ShownRun?> LoadAsync(IRunService runs, long id, CancellationToken cancellationToken) =>
        await runs.GetAsync(id, cancellationToken) is { } view
            ? Of(view, view.Items == 0 ? [] : await runs.ListItemsAsync(id, 0, MaxItems, cancellationToken))
            : null;

    private static JsonObject? Read(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;   // Written by another version; the rest of the run is shown all the same.
        }
    }
}
