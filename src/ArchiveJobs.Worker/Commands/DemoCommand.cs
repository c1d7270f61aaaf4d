using System.CommandLine;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Shows the product on sample mailboxes, in a data directory of its own.</summary>
internal sealed class DemoCommand : CliCommand
{
    private const string Marker = "demo";

    private readonly Option<bool> _noServe = new("--no-serve") { Description = "End after the last step." };
    private readonly Option<string> _urls = new("--urls") { Description = "Where to serve.", DefaultValueFactory = _ => Listening.DefaultPlain, HelpName = "URL" };

    public DemoCommand()
        : base("demo", "Archives sample mailboxes, verifies and searches them, then serves.", "archivejobs demo", "archivejobs demo --no-serve --data /tmp/demo")
    {
        Add(_noServe);
        Add(_urls);
    }

    public override bool RunsHere => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var samples = Samples.Find() ?? throw new CommandException(ExitCodes.Failed, "The sample mailboxes are not there; they come with the program in the folder samples.");
        MakeFresh(context.Data);
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        bool isGood;
        await using (var services = new LocalServices(context.Data))
        {
            await services.OpenAsync(cancellationToken);
            await services.StartJobsAsync(cancellationToken);
            var inside = new CommandContext(context.Output, context.Caller, context.IsJson, context.Data, services);
            isGood = await new Demonstration(inside, samples).RunAsync(cancellationToken);
        }

        var took = Numbers.Duration(time.GetElapsedTime(started));
        if (!isGood)
        {
            context.Output.Error($"The demo met trouble after {took}. See: archivejobs runs list --data {context.Data.Root}");
            return ExitCodes.Failed;
        }

        if (arguments.GetValue(_noServe))
        {
            context.Line($"Done in {took}. The data stays in {context.Data.Root}.");
            return ExitCodes.Good;
        }

        await HostServer.RunAsync(
            context.Data, Listening.OnlyPlain(arguments.GetValue(_urls)!), [],
            ready => context.Line($"Done in {took}. Dashboard: {ready.Url}. Stop with Ctrl+C; the data stays in {context.Data.Root}."), ServeCommand.PasswordOutput(context), cancellationToken);
        return ExitCodes.Good;
    }

    /// <summary>Only what an earlier demo made is cleared away.</summary>
    private static void MakeFresh(DataDirectory data)
    {
        var marker = Path.Combine(data.Root, Marker);
        if (HostAddress.Read(data) is { } host)
        {
            throw new CommandException(ExitCodes.NotReachable, $"A host is running on {data.Root} (process {host.ProcessId}). Stop it first, or choose another directory: --data DIR");
        }

        if (Directory.Exists(data.Root) && Directory.EnumerateFileSystemEntries(data.Root).Any())
        {
            if (!File.Exists(marker))
            {
                throw CommandException.Usage($"{data.Root} is not empty and was not made by a demo. Choose another directory: archivejobs demo --data DIR");
            }

            Directory.Delete(data.Root, recursive: true);
        }

        data.Create();
        File.WriteAllText(marker, "Made by archivejobs demo; the next demo clears this directory.\n");
    }
}
