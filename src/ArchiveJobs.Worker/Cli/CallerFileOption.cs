using System.CommandLine;

namespace ArchiveJobs.Worker.Cli;

/// <summary>An option whose value is a small file of the caller; its content travels with the command line.</summary>
internal sealed class CallerFileOption : Option<string?>
{
    public CallerFileOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "FILE";
    }
}
