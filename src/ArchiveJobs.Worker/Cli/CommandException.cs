namespace ArchiveJobs.Worker.Cli;

/// <summary>Ends a command with a sentence for a person and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException Usage(string message) => new(ExitCodes.Usage, message);
}
