using System.CommandLine;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Schedules;

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
        catch (Exception e) when (e is JobArgumentsException or ScheduleException)
        {
            context.Output.EndProgress();
            context.Output.Error(e.Message);
            return ExitCodes.Usage;
        }
        catch (ArchiveException e)
        {
            context.Output.EndProgress();
            context.Output.Error(e.Message);
            var todo = SituationText.ToDoOnConsole(e.Situation, TimeZoneInfo.Local);
            if (todo.Length > 0 && !todo.Contains('…', StringComparison.Ordinal))
            {
                context.Output.Error(todo);
            }

            return e.Situation switch
            {
                { Key: SituationKeys.HostSecondSqlite or SituationKeys.HostSecond or SituationKeys.DatabaseUnreachable } or { Class: ErrorClass.StoreOffline } => ExitCodes.NotReachable,
                { Class: ErrorClass.Refused or ErrorClass.Configuration } => ExitCodes.Usage,
                _ => ExitCodes.Failed,
            };
        }
    }
}
