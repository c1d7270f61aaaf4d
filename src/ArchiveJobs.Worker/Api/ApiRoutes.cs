using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace ArchiveJobs.Worker.Api;

/// <summary>The REST API: which resources there are, and how one reaches them (docs/api.md).</summary>
internal static class ApiRoutes
{
    public const string Base = "/api/v1";

    internal const string AnyType = "*/*";

    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddSingleton<FailedTokens>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme, null);
        services.Configure<AuthorizationOptions>(ApiRight.AddTo);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);   // ApiProblem makes the answer.
        services.AddOpenApi("v1", OpenApiDescription.Configure);
        return services;
    }

    /// <summary>After everything else that stands before the end points.</summary>
    public static void MapApi(this WebApplication app, HostState host)
    {
        app.UseApiProblems();
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup(Base);
        api.Tagged("Installation").MapInstallation(host);
        api.Tagged("Kinds").MapKinds();
        api.Tagged("Runs").MapRuns();
        api.Tagged("Profiles").MapProfiles();
        api.Tagged("Stores").MapStores();
        api.Tagged("Schedules").MapSchedules();
        api.Tagged("Messages").MapMessages();
        api.Tagged("Audit").MapAudit();
        api.Tagged("Alerts").MapAlerts();
        api.Tagged("Alerts").MapChannels();
        api.Tagged("Users").MapUsers();
        api.Tagged("Tokens").MapTokens();
        api.Map("/{**path}", (Delegate)(IResult (HttpContext http) => throw ApiException.Missing($"{http.Request.Method} {http.Request.Path}")))
            .For(ApiRight.Read).WithOrder(int.MaxValue).ExcludeFromDescription();
    }

    private static RouteGroupBuilder Tagged(this RouteGroupBuilder api, string tag) => api.MapGroup("").WithTags(tag);

    /// <summary>Who may, for the server and for the document.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder route, ApiRight right) => route.RequireAuthorization(right.Policy).WithMetadata(right);

    /// <summary>What the document says of a route.</summary>
    /// <param name="name">Unique; generators make a method of it.</param>
    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder route, string name, string summary, int status = StatusCodes.Status200OK) =>
        route.WithName(name).WithSummary(summary).Produces<JsonObject>(status);

    /// <summary>The body. Any type reaches the route, which refuses what is no JSON: otherwise such a request would fall through to the route for what is none.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder route, bool isOptional = false)
        where T : notnull => route.Accepts<T>(isOptional, "application/json", AnyType);
}
