using System.CommandLine;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

internal sealed class ServeCommand : CliCommand
{
    public const string DefaultUrl = "http://127.0.0.1:8461";

    private readonly Option<string> _urls = new("--urls") { Description = "Where to listen.", DefaultValueFactory = _ => DefaultUrl, HelpName = "URL" };

    public ServeCommand()
        : base("serve", "Runs the host: carries out runs, answers commands and browsers.", "archivejobs serve", "archivejobs serve --data /srv/archive --urls http://127.0.0.1:9000")
    {
        Add(_urls);
    }

    public override bool RunsHere => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        await HostServer.RunAsync(context.Data, arguments.GetValue(_urls)!, (url, warnings) =>
        {
            context.Line($"ArchiveJobs is running: {url}");
            context.Line($"Data: {context.Data.Root}. Stop with Ctrl+C.");
            foreach (var warning in warnings)
            {
                context.Line(warning);
            }
        }, PasswordOutput(context), cancellationToken);
        return ExitCodes.Good;
    }

    /// <summary>A password is shown on a terminal only; output that goes elsewhere is kept by somebody.</summary>
    internal static Action<string, string>? PasswordOutput(CommandContext context) => Console.IsOutputRedirected ? null : (user, password) =>
    {
        context.Line($"User: {user}");
        context.Line($"Password: {password}   (shown once; choose your own at the first login)");
    };
}
