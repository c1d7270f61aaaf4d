using System.CommandLine;

namespace ArchiveJobs.Worker.Cli;

/// <summary>As <see cref="CallerFileOption"/>, for a file that is named without an option.</summary>
internal sealed class CallerFileArgument : Argument<string>
{
    public CallerFileArgument(string description)
        : base("FILE")
    {
        Description = description;
    }
}
