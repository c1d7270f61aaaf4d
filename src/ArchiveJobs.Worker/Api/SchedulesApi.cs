using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <summary>Exactly one of cron, every and after is given to a new one; what is left out of a change stays as it is.</summary>
internal sealed record ScheduleBody
{
    public string? Name { get; init; }

    public string? Kind { get; init; }

    public JsonObject? Arguments { get; init; }

    /// <summary>Minute hour day month weekday.</summary>
    public string? Cron { get; init; }

    /// <summary>15m, 6h, 1d.</summary>
    public string? Every { get; init; }

    /// <summary>Name of the schedule whose good runs it follows.</summary>
    public string? After { get; init; }

    /// <summary>IANA name.</summary>
    public string? Zone { get; init; }

    /// <summary>none, last, or a number.</summary>
    public string? CatchUp { get; init; }

    public string? Jitter { get; init; }

    public string? Grace { get; init; }
}

/// <param name="Until">With its offset; left out: until it is resumed.</param>
internal sealed record PauseBody(DateTimeOffset? Until = null);

internal static class SchedulesApi
{
    public static void MapSchedules(this IEndpointRouteBuilder api)
    {
        api.MapGet("/schedules", ListAsync).For(ApiRight.Read).Tells("listSchedules", "All schedules, by name.");
        api.MapPost("/schedules", AddAsync).For(ApiRight.Admin).Takes<ScheduleBody>().Tells("addSchedule", "Adds a schedule.", StatusCodes.Status201Created);
        api.MapGet("/schedules/{name}", ShowAsync).For(ApiRight.Read).Tells("getSchedule", "One schedule.");
        api.MapPatch("/schedules/{name}", ChangeAsync).For(ApiRight.Admin).Takes<ScheduleBody>().Tells("changeSchedule", "Changes what is given; what is due by then still runs.");
        api.MapDelete("/schedules/{name}", RemoveAsync).For(ApiRight.Admin).Tells("removeSchedule", "Removes it; its runs stay.");
        api.MapGet("/schedules/{name}/next", NextAsync).For(ApiRight.Read).Tells("listSlots", "Its next slots.");
        api.MapGet("/schedules/{name}/events", EventsAsync).For(ApiRight.Read).Tells("listScheduleEvents", "What happened to it, oldest first; after is the id of the last one seen.");
        api.MapPost("/schedules/{name}/pause", PauseAsync).For(ApiRight.Operate).Takes<PauseBody>(isOptional: true).Tells("pauseSchedule", "Slots in the pause are not made up.");
        api.MapPost("/schedules/{name}/resume", ResumeAsync).For(ApiRight.Operate).Tells("resumeSchedule", "Lets it go on.");
        api.MapPost("/schedules/{name}/skip", SkipAsync).For(ApiRight.Operate).Tells("skipSlot", "Passes over the next slot, once.");
        api.MapPost("/schedules/{name}/trigger", TriggerAsync).For(ApiRight.Operate)
            .Tells("triggerSchedule", "Runs its job now; its slots stay as they are.", StatusCodes.Status201Created).Produces<JsonObject>();
    }

    private static async Task<IResult> ListAsync(HttpContext http, IScheduleService schedules) =>
        ApiJson.Page("schedules", (await schedules.ListAsync(http.RequestAborted)).Select(ScheduleText.ToJson), null);

    private static async Task<IResult> ShowAsync(HttpContext http, IScheduleService schedules, string name) => ApiJson.Answer(ScheduleText.ToJson(await FindAsync(http, schedules, name)));

    private static async Task<IResult> AddAsync(HttpContext http, IScheduleService schedules)
    {
        var body = await ApiJson.ReadAsync<ScheduleBody>(http);
        var (kind, arguments) = AskedFor.Check(http, body.Kind ?? throw ApiException.Refused("kind is missing, for example RunProfile."), body.Arguments);
        var (rule, limit) = ScheduleOptions.ReadCatchUp(body.CatchUp, "catchUp");
        var spec = new ScheduleSpec(body.Name ?? throw ApiException.Refused("name is missing."), kind, arguments)
        {
            Cron = body.Cron,
            Every = ScheduleOptions.Span(body.Every, "every"),
            After = body.After,
            Zone = body.Zone,
            CatchUp = rule ?? CatchUpRule.Last,
            CatchUpLimit = limit ?? 1,
            Jitter = ScheduleOptions.Span(body.Jitter, "jitter") ?? TimeSpan.Zero,
            Grace = ScheduleOptions.Span(body.Grace, "grace") ?? TimeSpan.FromHours(2),
        };
        var added = await schedules.AddAsync(spec, http.Actor(), http.RequestAborted);
        return ApiJson.Created(http, $"{ApiRoutes.Base}/schedules/{Uri.EscapeDataString(added.Name)}", ScheduleText.ToJson(added));
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, IScheduleService schedules, string name)
    {
        var body = await ApiJson.ReadAsync<ScheduleBody>(http);
        var present = await FindAsync(http, schedules, name);

        // Checked even when neither is given: who changes a schedule answers for what it will run.
        var (kind, arguments) = AskedFor.Check(http, body.Kind ?? present.Kind, body.Arguments);
        var (rule, limit) = ScheduleOptions.ReadCatchUp(body.CatchUp, "catchUp");
        var changed = await schedules.SetAsync(
            present.Name,
            new ScheduleChange
            {
                Name = body.Name,
                Kind = kind,
                ArgumentsJson = body.Arguments is null ? null : arguments,
                Cron = body.Cron,
                Every = ScheduleOptions.Span(body.Every, "every"),
                After = body.After,
                Zone = body.Zone,
                CatchUp = rule,
                CatchUpLimit = limit,
                Jitter = ScheduleOptions.Span(body.Jitter, "jitter"),
                Grace = ScheduleOptions.Span(body.Grace, "grace"),
            },
            http.Actor(), http.RequestAborted);
        return ApiJson.Answer(ScheduleText.ToJson(changed));
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, IScheduleService schedules, string name)
    {
        var present = await FindAsync(http, schedules, name);
        await schedules.RemoveAsync(present.Name, http.Actor(), http.RequestAborted);
        return ApiJson.Answer(new JsonObject { ["name"] = present.Name, ["removed"] = true });
    }

    private static async Task<IResult> NextAsync(HttpContext http, IScheduleService schedules, string name, int? count)
    {
        var schedule = await FindAsync(http, schedules, name);
        var slots = await schedules.NextAsync(schedule.Name, ApiJson.Limit(count ?? 10, 1000), http.RequestAborted);
        return ApiJson.Answer(ScheduleNextCommand.ToJson(schedule, slots));
    }

    private static async Task<IResult> EventsAsync(HttpContext http, IScheduleService schedules, string name, long? after, int? limit)
    {
        var size = ApiJson.Limit(limit, 1000);
        var page = await schedules.ListEventsAsync((await FindAsync(http, schedules, name)).Id, after ?? 0, size, http.RequestAborted);
        return ApiJson.Page("events", page.Select(ScheduleEventsCommand.ToJson), page.Count == size ? page[^1].Id : null);
    }

    private static async Task<IResult> PauseAsync(HttpContext http, IScheduleService schedules, string name)
    {
        var until = http.Request.ContentLength is > 0 ? (await ApiJson.ReadAsync<PauseBody>(http)).Until : null;
        return await ChangedAsync(http, schedules, name, present => schedules.PauseAsync(present, until, http.Actor(), http.RequestAborted));
    }

    private static Task<IResult> ResumeAsync(HttpContext http, IScheduleService schedules, string name) =>
        ChangedAsync(http, schedules, name, present => schedules.ResumeAsync(present, http.Actor(), http.RequestAborted));

    private static Task<IResult> SkipAsync(HttpContext http, IScheduleService schedules, string name) =>
        ChangedAsync(http, schedules, name, present => schedules.SkipNextAsync(present, http.Actor(), http.RequestAborted));

    private static async Task<IResult> TriggerAsync(HttpContext http, IScheduleService schedules, IRunService runs, string name)
    {
        var schedule = await FindAsync(http, schedules, name);
        return await RunsApi.AnswerAsync(http, runs, await schedules.TriggerAsync(schedule.Id, http.Actor(), http.RequestAborted));
    }

    private static async Task<IResult> ChangedAsync(HttpContext http, IScheduleService schedules, string name, Func<string, Task<ScheduleView>> change)
    {
        var changed = await change((await FindAsync(http, schedules, name)).Name);
        return ApiJson.Answer(ScheduleText.ToJson(changed));
    }

    private static async Task<ScheduleView> FindAsync(HttpContext http, IScheduleService schedules, string name) =>
        (await schedules.ListAsync(http.RequestAborted)).FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw ApiException.Missing($"schedule {name}");
}
