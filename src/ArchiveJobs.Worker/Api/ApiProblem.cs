using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Tokens;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;
using Microsoft.AspNetCore.WebUtilities;

namespace ArchiveJobs.Worker.Api;

/// <summary>Ends a request with a status and a situation.</summary>
internal sealed class ApiException(int status, Situation situation) : Exception(situation.Key)
{
    public int Status { get; } = status;

    public Situation Situation { get; } = situation;

    /// <param name="thing">For example "run 12".</param>
    public static ApiException Missing(string thing) => new(StatusCodes.Status404NotFound, ApiProblem.Of(SituationKeys.ApiMissing).With("item", thing));

    public static ApiException Refused(string reason, int status = StatusCodes.Status400BadRequest) => new(status, ApiProblem.Of(SituationKeys.ApiRefused).With("reason", reason));
}

/// <summary>Failures as RFC 9457 has them; <c>situation</c> is for programs, <c>detail</c> is the sentence in the language that was asked for.</summary>
internal static class ApiProblem
{
    public static Situation Of(string key) => new(key, ErrorClass.Refused);

    /// <summary>All that handlers throw becomes an answer here. An exception that nobody expected is logged and told as 500, without its words.</summary>
    public static void UseApiProblems(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        try
        {
            await next(http);
        }
        catch (Exception e) when (e is not OperationCanceledException && http.Request.Path.StartsWithSegments("/api/v1") && !http.Response.HasStarted)
        {
            var (status, situation) = Read(e);
            if (status == StatusCodes.Status500InternalServerError)
            {
                http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("ArchiveJobs.Worker.Api").RequestFailed(http.Request.Method, e);
            }

            await WriteAsync(http, status, situation);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
        }
    });

    public static Task WriteAsync(HttpContext http, int status, Situation situation)
    {
        var (culture, zone) = (CultureInfo.CurrentUICulture, TimeZoneInfo.Local);
        var todo = SituationText.ToDo(situation, culture, zone);
        var problem = new JsonObject
        {
            ["type"] = "about:blank",   // RFC 9457 section 4.2.1: the status says what it is; "situation" says more.
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = SituationText.What(situation, culture, zone),
            ["situation"] = situation.Key,
        };
        if (todo.Length > 0 && !todo.Contains('…', StringComparison.Ordinal))
        {
            problem["todo"] = todo;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        return http.Response.WriteAsync(CommandJson.Write(problem), http.RequestAborted);
    }

    private static (int Status, Situation Situation) Read(Exception exception) => exception switch
    {
        ApiException e => (e.Status, e.Situation),
        BadHttpRequestException e => (e.StatusCode, Of(SituationKeys.ApiRefused).With("reason", e.Message)),
        CommandException or JobArgumentsException or ScheduleException or AlertSettingsException or TokenException =>
            (StatusCodes.Status400BadRequest, Of(SituationKeys.ApiRefused).With("reason", exception.Message)),
        ArchiveException e => (e.Situation.Class switch
        {
            ErrorClass.Refused or ErrorClass.Configuration => StatusCodes.Status400BadRequest,
            ErrorClass.StoreBusy => StatusCodes.Status409Conflict,
            ErrorClass.StoreOffline or ErrorClass.Database or ErrorClass.HostStopping => StatusCodes.Status503ServiceUnavailable,
            ErrorClass.StoreFull => StatusCodes.Status507InsufficientStorage,
            _ => StatusCodes.Status500InternalServerError,
        }, e.Situation),
        _ => (StatusCodes.Status500InternalServerError, Of(SituationKeys.ApiUnexpected)),
    };
}
