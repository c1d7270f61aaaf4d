using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
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
            "run", "Runs a job and shows its progress. RunProfile takes --name and --max-rate; VerifyStore takes --id and --level; CreateBackup takes --path and --keep.",
            "archivejobs run RunProfile --name=Tokyo",
            "archivejobs run RunProfile --name=Tokyo --max-rate=50 --json",
            "archivejobs run VerifyStore --id=1 --level=full",
            "archivejobs run CreateBackup --path=/media/backup --keep=30",
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
        var kind = context.Get<JobRegistry>().Get(arguments.GetRequiredValue(_kind));
        var values = kind.ParseOptions(JobWords.Read(arguments.UnmatchedTokens).Select(word => Resolve(word, context.Caller)));
        await context.Services.StartJobsAsync(cancellationToken);
        var id = await EnqueueAsync(context, kind.Name, values, cancellationToken);
        if (arguments.GetValue(_detach) && context.Services.IsHost)
        {
            context.Line($"run {id} is queued. See: archivejobs runs show {id}");
            context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = id, ["kind"] = kind.Name, ["state"] = "Queued" }));
            return ExitCodes.Good;
        }

        return await FollowAsync(context, id, arguments.GetValue(_wait), !arguments.GetValue(_noIndexWait), cancellationToken);
    }

    /// <summary>A path is meant from where the command was given; the host has another directory.</summary>
    private static KeyValuePair<string, string?> Resolve(KeyValuePair<string, string?> word, Caller caller) =>
        word is { Key: "path" or "directory", Value.Length: > 0 } ? new(word.Key, caller.Resolve(word.Value)) : word;

    /// <summary>Shows a run until it has ended (or waits), then its numbers.</summary>
    public static async Task<int> FollowAsync(CommandContext context, long id, bool wait, bool waitForIndex, CancellationToken cancellationToken)
    {
        var view = new RunReport(context);
        var run = await new RunFollower(context.Get<IRunService>(), context.Get<IStoreBook>(), view).FollowAsync(id, wait, cancellationToken);
        context.Output.EndProgress();
        view.ShowEnd(run);

        // A process that ends with its command takes its index follower along; a host goes on following by itself.
        DateTimeOffset? indexed = null;
        if (waitForIndex && run.State.IsFinal() && !context.Services.IsHost && run.Summary.StoreId is { } store)
        {
            indexed = await CatchUpAsync(context, store, cancellationToken);
            view.ShowIndexed(indexed);
        }

        view.ShowLastLine(run);
        context.Output.Json(CommandJson.Write(RunJson.Of(run, indexed)));
        return run.State.IsGood() ? ExitCodes.Good : ExitCodes.Failed;
    }

    /// <summary>A run of the same kind and arguments that has not ended is this run: one that waits is tried at once, because somebody asked.</summary>
    private static async Task<long> EnqueueAsync(CommandContext context, string kind, string values, CancellationToken cancellationToken)
    {
        var runs = context.Get<IRunService>();
        var queued = await runs.EnqueueAsync(kind, values, RunTrigger.Manual, Environment.UserName, cancellationToken);
        if (queued.IsNew)
        {
            return queued.Id;
        }

        context.Line($"run {queued.Id} asks for the same and is not over: this is that run.");
        if (await runs.GetAsync(queued.Id, cancellationToken) is { State: RunState.Waiting })
        {
            await runs.RetryAsync(queued.Id, Environment.UserName, cancellationToken);
        }

        return queued.Id;
    }

    /// <summary>When the index covered the store; null when it could not. What was archived is not less archived for that.</summary>
    private static async Task<DateTimeOffset?> CatchUpAsync(CommandContext context, int store, CancellationToken cancellationToken)
    {
        try
        {
            var book = context.Get<IStoreBook>();
            var entry = (await book.ListAsync(cancellationToken)).First(one => one.Id == store);
            await context.Get<IndexFollowers>().CatchUpAsync(await book.OpenAsync(entry, cancellationToken), new OutputProgress(context.Output), cancellationToken);
            return context.Get<TimeProvider>().GetUtcNow();
        }
        catch (ArchiveException e)
        {
            context.Output.Error($"Search has not caught up: {e.Message} What is archived is safe.");
            return null;
        }
        finally
        {
            context.Output.EndProgress();
        }
    }

    private sealed class OutputProgress(ICommandOutput output) : IWorkProgress
    {
        public void Report(string phase, long done, long? total, long doneBytes) => output.Progress(new ProgressStep("search is catching up", done, total, ""));

        public void Log(WorkLogLevel level, string line)
        {
        }
    }
}
