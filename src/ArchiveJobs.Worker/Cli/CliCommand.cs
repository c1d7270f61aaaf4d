using System.CommandLine;

namespace ArchiveJobs.Worker.Cli;

/// <summary>One command, written once: it runs in this process or in the running host, whichever holds the data directory.</summary>
internal abstract class CliCommand : Command
{
    protected CliCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
    }

    /// <summary>Whole command lines, shown by --help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>True for a command that never goes to a running host.</summary>
    public virtual bool RunsHere => false;

    /// <summary>True for a command that may begin a new data directory; the others say that there is none.</summary>
    public virtual bool CreatesData => false;

    /// <summary>A question to the person at the terminal that must be answered with yes before anything is done; null when there is none.</summary>
    public virtual string? AskBefore(ParseResult arguments) => null;

    /// <summary>True when standard input is part of the command: its caller finds it as the file "-".</summary>
    public virtual bool ReadsInput(ParseResult arguments) => false;

    /// <summary>True for a command that stands for the job kind of its name: <c>run NAME</c> is this command.</summary>
    public virtual bool IsJobKind => false;

    /// <returns>The exit code.</returns>
    /// <exception cref="CommandException">It cannot be done; the message is for the person who asked.</exception>
    public abstract Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken);
}
