using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <param name="Kind">For example RunProfile; see /kinds.</param>
/// <param name="Arguments">For example {"name":"Tokyo"}.</param>
internal sealed record RunBody(string Kind, JsonObject? Arguments = null);

internal static class RunsApi
{
    public static void MapRuns(this IEndpointRouteBuilder api)
    {
        api.MapGet("/runs", ListAsync).For(ApiRight.Read).Tells("listRuns", "Runs, newest first; after is the id of the last one seen.");
        api.MapPost("/runs", StartAsync).For(ApiRight.Operate).Takes<RunBody>()
            .Tells("startRun", "Asks for a run. While the same is not over, that run is answered, with 200.", StatusCodes.Status201Created).Produces<JsonObject>();
        api.MapGet("/runs/{id:long}", ShowAsync).For(ApiRight.Read).Tells("getRun", "One run with its numbers, attempts and items.");
        api.MapGet("/runs/{id:long}/log", LogAsync).For(ApiRight.Read).Tells("getRunLog", "Its events and log lines, oldest first; after is the id of the last one seen.");
        api.MapPost("/runs/{id:long}/cancel", CancelAsync).For(ApiRight.Operate).Tells("cancelRun", "Cancels it; what it has archived stays.");
        api.MapPost("/runs/{id:long}/retry", RetryAsync).For(ApiRight.Operate).Tells("retryRun", "Lets a waiting, blocked or ended run go on at once.");
    }

    private static async Task<IResult> ListAsync(
        HttpContext http, IRunService runs, string? kind, RunState? state, int? store, int? schedule, bool? live, long? after, int? limit)
    {
        var size = ApiJson.Limit(limit);
        var filter = new RunFilter { Kind = kind, State = state, StoreId = store, ScheduleId = schedule, IsLive = live };
        var page = await runs.ListAsync(filter, after, size, http.RequestAborted);
        return ApiJson.Page("runs", page.Select(run => RunJson.Of(ShownRun.Of(run), null)), page.Count == size ? page[^1].Id : null);
    }

    private static async Task<IResult> StartAsync(HttpContext http, IRunService runs)
    {
        var body = await ApiJson.ReadAsync<RunBody>(http);
        var (kind, arguments) = AskedFor.Check(http, body.Kind, body.Arguments);
        var queued = await runs.EnqueueAsync(kind, arguments, RunTrigger.Api, http.Actor(), http.RequestAborted);

        // As the command line does: a run that waits is tried at once, because somebody asked.
        if (!queued.IsNew && await runs.GetAsync(queued.Id, http.RequestAborted) is { State: RunState.Waiting })
        {
            await runs.RetryAsync(queued.Id, http.Actor(), http.RequestAborted);
        }

        return await AnswerAsync(http, runs, queued);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, IRunService runs, long id) => ApiJson.Answer(RunJson.Of(await LoadAsync(http, runs, id), null));

    private static async Task<IResult> LogAsync(HttpContext http, IRunService runs, long id, long? after, int? limit)
    {
        await LoadAsync(http, runs, id);
        var size = ApiJson.Limit(limit, 1000);
        var page = await runs.ListEventsAsync(id, after ?? 0, size, http.RequestAborted);
        return ApiJson.Page("events", page.Select(ToJson), page.Count == size ? page[^1].Id : null);
    }

    private static async Task<IResult> CancelAsync(HttpContext http, IRunService runs, long id)
    {
        var outcome = await runs.CancelAsync(id, http.Actor(), http.RequestAborted);
        var run = await LoadAsync(http, runs, id);
        return outcome is CancelOutcome.Cancelled or CancelOutcome.Requested
            ? ApiJson.Answer(RunsCancelCommand.ToJson(run, outcome))
            : throw ApiException.Refused($"Run {id} has ended already: {Titles.OfState(run)}.", StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> RetryAsync(HttpContext http, IRunService runs, long id)
    {
        await LoadAsync(http, runs, id);
        return await runs.RetryAsync(id, http.Actor(), http.RequestAborted) is { } queued
            ? await AnswerAsync(http, runs, queued)
            : throw ApiException.Refused($"Run {id} is queued or running already.", StatusCodes.Status409Conflict);
    }

    /// <summary>The run that was asked for: 201 when it is a new one.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext http, IRunService runs, QueuedRun queued)
    {
        var json = RunJson.Of(await LoadAsync(http, runs, queued.Id), null);
        return queued.IsNew ? ApiJson.Created(http, $"{ApiRoutes.Base}/runs/{queued.Id}", json) : ApiJson.Answer(json);
    }

    private static async Task<ShownRun> LoadAsync(HttpContext http, IRunService runs, long id) =>
        await ShownRun.LoadAsync(runs, id, http.RequestAborted) ?? throw ApiException.Missing($"run {id}");

    private static JsonObject ToJson(RunEventView line) => new()
    {
        ["id"] = line.Id, ["atUtc"] = Numbers.Utc(line.At), ["kind"] = line.Kind.ToString(), ["level"] = line.Level.ToString(),
        ["state"] = line.State?.ToString(), ["actor"] = line.Actor, ["text"] = line.Text,
    };
}
