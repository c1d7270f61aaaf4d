namespace ArchiveJobs.Worker.Hosting;

/// <summary>For load balancers and scripts.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes, HostState state)
    {
        routes.MapGet("/healthz/live", () => Results.Text("live\n"));
        routes.MapGet("/healthz/ready", () => state.IsReady
            ? Results.Text("ready\n")
            : Results.Text("starting\n", statusCode: StatusCodes.Status503ServiceUnavailable));
    }
}
