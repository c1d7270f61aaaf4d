using System.CommandLine;
using ArchiveJobs.Core;

namespace ArchiveJobs.Worker.Cli;

/// <summary>Runs one parsed command and turns its failures into sentences and exit codes.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(CliCommand command, ParseResult line, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await command.RunAsync(line, context, cancellationToken);
        }
        catch (CommandException e)
        {
            context.Output.EndProgress();
            context.Output.Error(e.Message);
            return e.ExitCode;
        }
        catch (ArchiveException e)
        {
            context.Output.EndProgress();
            context.Output.Error(e.Message);
            return e.Situation.Class switch
            {
                Core.Situations.ErrorClass.Refused => ExitCodes.Usage,
                Core.Situations.ErrorClass.StoreOffline => ExitCodes.NotReachable,
                _ => ExitCodes.Failed,
            };
        }
    }
}
