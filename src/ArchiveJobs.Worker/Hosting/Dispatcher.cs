using System.CommandLine;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Gives a command to the running host of its data directory, or runs it here.</summary>
internal static class Dispatcher
{
    public static async Task<int> RunAsync(CliTree commands, ParseResult line, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var isJson = line.GetValue(commands.Json);
        var data = DataDirectory.Choose(line.GetValue(commands.Data), Environment.CurrentDirectory);
        var command = (CliCommand)line.CommandResult.Command;
        using var output = new ConsoleOutput(isJson, TimeProvider.System);
        try
        {
            CallerInput.Confirm(command, line);
            var files = CallerInput.Read(command, line);
            if (!command.RunsHere && HostAddress.Read(data) is { } address)
            {
                var exit = await RunThereAsync(address, words, files, output, cancellationToken);
                if (exit is { } code)
                {
                    return code;
                }
            }

            return await RunHereAsync(command, line, files, output, isJson, data, cancellationToken);
        }
        catch (CommandException e)
        {
            output.EndProgress();
            output.Error(e.Message);
            return e.ExitCode;
        }
        catch (ArchiveException e) when (e.Situation.Key is SituationKeys.DatabaseSettings or SituationKeys.DatabaseUnreachable or SituationKeys.DatabaseNewer)
        {
            output.EndProgress();
            output.Error(e.Message);
            return e.Situation.Key == SituationKeys.DatabaseSettings ? ExitCodes.Usage : ExitCodes.NotReachable;
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            // Also from the end of the command, which writes to it as well.
            output.EndProgress();
            output.Error($"The master database {(data.Settings.IsSingleHost ? $"in {data.Root}" : "on its server")} cannot be read or written: {(e.InnerException ?? e).Message}");
            output.Error(data.Settings.IsSingleHost ? "Check the disk and its permissions, then try again. See: archivejobs doctor" : "Check that the server is up and reachable, then try again.");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int?> RunThereAsync(
        HostAddress address, IReadOnlyList<string> words, Dictionary<string, byte[]> files, ConsoleOutput output, CancellationToken cancellationToken)
    {
        using var client = new HostClient(address);
        try
        {
            return await client.RunAsync(new CommandRequest(words, Environment.CurrentDirectory, files), output, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.EndProgress();
            output.Error("Detached: what the host does goes on. See: archivejobs runs list");
            return ExitCodes.Failed;
        }
    }

    private static async Task<int> RunHereAsync(
        CliCommand command, ParseResult line, Dictionary<string, byte[]> files, ConsoleOutput output, bool isJson, DataDirectory data, CancellationToken cancellationToken)
    {
        var caller = new Caller(Environment.CurrentDirectory, files);
        await using var services = new LocalServices(data);
        var context = new CommandContext(output, caller, isJson, data, services);
        try
        {
            if (!command.RunsHere)
            {
                await OpenAsync(command, services, data, cancellationToken);
            }

            var exit = await CommandRunner.RunAsync(command, line, context, cancellationToken);
            if (await services.DeliverAlertsAsync(cancellationToken) is > 0 and var waiting)
            {
                output.Error($"{Numbers.Count(waiting, "alert has", "alerts have")} not been delivered yet; the next run or a host tries again. See: archivejobs alert deliveries");
            }

            return exit;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            output.EndProgress();
            output.Error("Stopping. Nothing that was archived is lost; a run goes on when it is run again or a host is started.");
            return ExitCodes.Failed;
        }
        finally
        {
            output.EndProgress();
        }
    }

    private static async Task OpenAsync(CliCommand command, LocalServices services, DataDirectory data, CancellationToken cancellationToken)
    {
        if (!command.CreatesData && !data.Exists)
        {
            throw new CommandException(ExitCodes.NotReachable, $"There is no archive in {data.Root}. Begin one: archivejobs store create NAME, or name its directory: --data DIR");
        }

        try
        {
            await services.OpenAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.NotReachable, $"{data.Root} cannot be used: {e.Message}", e);
        }
    }
}
