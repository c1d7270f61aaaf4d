using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Runs a command line of a caller on this machine inside the host.</summary>
internal static class CommandEndpoint
{
    public static void MapCommand(this IEndpointRouteBuilder routes, HostState host, CliTree commands) =>
        routes.MapPost("/command", (HttpContext http) => HandleAsync(http, host, commands)).DisableAntiforgery();

    private static async Task HandleAsync(HttpContext http, HostState host, CliTree commands)
    {
        if (!IsAllowed(http, host.Address))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var request = await JsonSerializer.DeserializeAsync(http.Request.Body, WireJson.Default.CommandRequest, http.RequestAborted);
        var line = commands.Parse(request!.Arguments);
        if (line.Errors.Count > 0 || line.CommandResult.Command is not CliCommand command || command.RunsHere)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        http.Response.ContentType = "application/x-ndjson";
        await host.WaitUntilReadyAsync(http.RequestAborted);

        // The command ends with its caller or with the host; a run that it started goes on in the ledger.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.Stopping);
        var output = new EventOutput(host.Time);
        var context = new CommandContext(
            output, new Caller(request.Directory, request.Files), line.GetValue(commands.Json), host.Data, new HostServices(http.RequestServices));
        var running = RunAsync(command, line, context, output, ended.Token);
        try
        {
            await output.CopyToAsync(http.Response.Body, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller went away, or the host stops: the stream ends without an exit code, and the caller knows what that means.
        }

        await running;
    }

    private static async Task RunAsync(
        CliCommand command, System.CommandLine.ParseResult line, CommandContext context, EventOutput output, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var exit = ExitCodes.Failed;
        try
        {
            exit = await CommandRunner.RunAsync(command, line, context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            output.Error($"The command failed unexpectedly: {e.Message}");
            context.Get<ILoggerFactory>().CreateLogger("ArchiveJobs.Worker.Command").CommandFailed(command.Name, e);
        }

        output.Finish(exit);
    }

    /// <summary>Only with the token of host.json, and only from this machine. Everybody else learns nothing, not even that this path exists.</summary>
    private static bool IsAllowed(HttpContext http, HostAddress address)
    {
        var given = Encoding.ASCII.GetBytes(http.Request.Headers.Authorization.ToString());
        var expected = Encoding.ASCII.GetBytes("Bearer " + address.Token);
        return http.Connection.RemoteIpAddress is { } remote
            && System.Net.IPAddress.IsLoopback(remote)
            && CryptographicOperations.FixedTimeEquals(given, expected);
    }
}
