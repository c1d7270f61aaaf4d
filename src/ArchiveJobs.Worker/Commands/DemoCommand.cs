using System.CommandLine;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Shows the product on sample mailboxes, in a data directory of its own.</summary>
internal sealed class DemoCommand : CliCommand
{
    private readonly Option<bool> _noServe = new("--no-serve") { Description = "End after the last step." };
    private readonly Option<string> _urls = new("--urls") { Description = "Where to serve.", DefaultValueFactory = _ => Listening.DefaultPlain, HelpName = "URL" };

    public DemoCommand()
        : base(
            "demo", "Archives sample mailboxes, verifies, searches, deletes, compacts, backs up, shows an alert and a schedule, then serves.",
            "archivejobs demo", "archivejobs demo --no-serve --data /tmp/demo")
    {
        Add(_noServe);
        Add(_urls);
    }

    public override bool RunsHere => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var samples = Samples.Find() ?? throw new CommandException(ExitCodes.Failed, "The sample mailboxes are not there; they come with the program in the folder samples.");
        var places = new DemoPlaces(context.Data);
        places.MakeFresh();
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        bool isGood;
        await using (var services = new LocalServices(context.Data))
        {
            await services.OpenAsync(cancellationToken);
            await services.StartJobsAsync(cancellationToken);
            var inside = new CommandContext(context.Output, context.Caller, context.IsJson, context.Data, services);
            isGood = await new Demonstration(inside, samples, places).RunAsync(cancellationToken);
        }

        var took = Numbers.Duration(time.GetElapsedTime(started));
        if (!isGood)
        {
            context.Output.Error($"The demo met trouble after {took}. See: archivejobs runs list --data {context.Data.Root}");
            return ExitCodes.Failed;
        }

        context.Line($"Done in {took}. The data stays in {context.Data.Root}, its backup in {places.Backup}.");
        if (arguments.GetValue(_noServe))
        {
            context.Line($"See it in the dashboard: archivejobs serve --data {context.Data.Root}");
            return ExitCodes.Good;
        }

        await ServeAsync(Listening.OnlyPlain(arguments.GetValue(_urls)!), context, cancellationToken);
        return ExitCodes.Good;
    }

    private static async Task ServeAsync(Listening listening, CommandContext context, CancellationToken cancellationToken)
    {
        var showPassword = ServeCommand.PasswordOutput(context);
        var login = showPassword is null ? $"User admin; its password lies in {Path.Combine(context.Data.Root, "first-login.txt")}. " : "";
        await HostServer.RunAsync(
            context.Data, listening, [], ready => context.Line($"Dashboard: {ready.Url}. {login}Stop with Ctrl+C."), showPassword, cancellationToken);
    }
}
