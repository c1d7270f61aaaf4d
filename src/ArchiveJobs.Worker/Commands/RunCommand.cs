using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Starts a run of any job kind and stays until it has ended.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string> _kind = new("KIND") { Description = "The job kind. Its arguments follow as --name=value." };
    private readonly Option<bool> _wait = new("--wait") { Description = "Stay while the run waits for another try; otherwise the command ends with exit code 1." };
    private readonly Option<bool> _noIndexWait = new("--no-index-wait") { Description = "Do not stay until search has caught up." };
    private readonly Option<bool> _detach = new("--detach") { Description = "Only enter the run; a running host carries it out." };

    public RunCommand()
        : base(
            "run", "Runs a job and shows its progress. RunProfile takes --name and --max-rate; VerifyStore takes --id and --level.",
            "archivejobs run RunProfile --name=Tokyo",
            "archivejobs run RunProfile --name=Tokyo --max-rate=50 --json",
            "archivejobs run VerifyStore --id=1 --level=full",
            "archivejobs VerifyStore --id=1")
    {
        TreatUnmatchedTokensAsErrors = false;
        Add(_kind);
        Add(_wait);
        Add(_noIndexWait);
        Add(_detach);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var runs = context.Get<IRunBook>();
        var kind = arguments.GetRequiredValue(_kind);
        var type = runs.ArgumentsOf(kind) ?? throw CommandException.Usage($"There is no job kind \"{kind}\". There are: {string.Join(", ", runs.Kinds)}");
        var values = JobArguments.Read(kind, type, arguments.UnmatchedTokens);
        await context.Services.StartJobsAsync(cancellationToken);
        var id = await runs.StartAsync(kind, values, cancellationToken);
        if (arguments.GetValue(_detach))
        {
            context.Line($"run {id} is queued. See: archivejobs runs show {id}");
            context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = id, ["kind"] = kind, ["state"] = "Queued" }));
            return ExitCodes.Good;
        }

        return await FollowAsync(context, id, arguments.GetValue(_wait), !arguments.GetValue(_noIndexWait), cancellationToken);
    }

    /// <summary>Shows a run until it has ended (or waits), then its numbers.</summary>
    public static async Task<int> FollowAsync(CommandContext context, long id, bool wait, bool waitForIndex, CancellationToken cancellationToken)
    {
        var view = new RunReport(context);
        var run = await new RunFollower(context, view).FollowAsync(id, wait, cancellationToken);
        context.Output.EndProgress();
        view.ShowEnd(run);

        // A process that ends with its command takes its index follower along; a host goes on following by itself.
        DateTimeOffset? indexed = null;
        if (waitForIndex && run.HasEnded && !context.Services.IsHost && run.Store is { } store)
        {
            indexed = await CatchUpAsync(context, store, cancellationToken);
            view.ShowIndexed(indexed);
        }

        view.ShowLastLine(run);
        context.Output.Json(CommandJson.Write(RunJson.Of(run, indexed)));
        return run.IsGood ? ExitCodes.Good : ExitCodes.Failed;
    }

    private static async Task<DateTimeOffset> CatchUpAsync(CommandContext context, int store, CancellationToken cancellationToken)
    {
        var book = context.Get<IStoreBook>();
        var entry = (await book.ListAsync(cancellationToken)).First(one => one.Id == store);
        await context.Get<IndexFollowers>().CatchUpAsync(await book.OpenAsync(entry, cancellationToken), new OutputProgress(context.Output), cancellationToken);
        context.Output.EndProgress();
        return context.Get<TimeProvider>().GetUtcNow();
    }

    private sealed class OutputProgress(ICommandOutput output) : IWorkProgress
    {
        public void Report(string phase, long done, long? total, long doneBytes) => output.Progress(new ProgressStep("search is catching up", done, total, ""));

        public void Log(WorkLogLevel level, string line)
        {
        }
    }
}
