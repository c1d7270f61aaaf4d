using System.CommandLine;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>--output and --force of a command that writes one small file.</summary>
internal sealed class OutputFile
{
    private readonly Option<string> _output = new("--output") { Description = "The file to write; - is standard output.", Required = true, HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that is there." };

    public void AddTo(Command command)
    {
        command.Add(_output);
        command.Add(_force);
    }

    /// <summary>Before anything is changed.</summary>
    /// <exception cref="CommandException">A file is there, and nobody said --force.</exception>
    public void Check(ParseResult arguments, CommandContext context)
    {
        var given = arguments.GetValue(_output)!;
        if (given != CallerInput.Name && !arguments.GetValue(_force) && Path.Exists(context.Caller.Resolve(given)))
        {
            throw CommandException.Usage($"{given} exists. Choose another name, or say --force.");
        }
    }

    public void Write(ParseResult arguments, CommandContext context, byte[] content)
    {
        var given = arguments.GetValue(_output)!;
        if (given == CallerInput.Name)
        {
            if (!context.IsJson)
            {
                context.Output.Octets(content);
            }

            return;
        }

        try
        {
            using var file = new FileStream(context.Caller.Resolve(given), arguments.GetValue(_force) ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            file.Write(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.Failed, $"{given} cannot be written: {e.Message}", e);
        }

        context.Line($"Written: {given}");
    }
}
