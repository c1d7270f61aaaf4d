using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The runs of the ledger.</summary>
internal static class RunsCommands
{
    public static Command Create() => new("runs", "Lists, shows, cancels and retries runs.")
    {
        new RunsListCommand(), new RunsShowCommand(), new RunsCancelCommand(), new RunsRetryCommand(),
    };

    internal static Argument<long> IdArgument() => new("ID") { Description = "Number of the run." };
}

internal sealed class RunsListCommand : CliCommand
{
    private readonly Option<int> _limit = new("--limit") { Description = "Runs shown, newest first.", DefaultValueFactory = _ => 20, HelpName = "N" };
    private readonly Option<string?> _kind = new("--kind") { Description = "Only this job kind.", HelpName = "KIND" };
    private readonly Option<string?> _state = new("--state") { Description = "Only this state, for example Waiting.", HelpName = "STATE" };

    public RunsListCommand()
        : base("list", "Lists runs, newest first.", "archivejobs runs list", "archivejobs runs list --state Waiting --json")
    {
        Add(_limit);
        Add(_kind);
        Add(_state);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(arguments.GetValue(_limit), 1, 10_000);
        var runs = await context.Get<IRunService>().ListAsync(arguments.GetValue(_kind), arguments.GetValue(_state), limit, cancellationToken);
        var zone = context.Get<TimeProvider>().LocalTimeZone;
        foreach (var run in runs)
        {
            var when = Numbers.Instant(run.StartedAt ?? run.CreatedAt, zone)[..19];
            var seen = run.Numbers?["counters"] is JsonObject counters
                ? $"  seen {Numbers.Count(BalanceTable.Count(counters, "seen"))}, archived {Numbers.Count(BalanceTable.Count(counters, "archived"))}"
                : "";
            context.Line($"{run.Id,6}  {when}  {Printable.PadRight(Titles.OfState(run), 24)}  {Titles.Of(run)}{seen}");
        }

        if (runs.Count == 0)
        {
            context.Line("No runs yet. Start one: archivejobs run RunProfile --name=NAME");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["runs"] = CommandJson.Array(runs.Select(run => RunJson.Of(run, null))) }));
        return ExitCodes.Good;
    }
}

internal sealed class RunsShowCommand : CliCommand
{
    private readonly Argument<long> _id = RunsCommands.IdArgument();
    private readonly Option<bool> _log = new("--log") { Description = "Its log." };

    public RunsShowCommand()
        : base("show", "Shows one run: state, numbers, tries and what to do.", "archivejobs runs show 4711", "archivejobs runs show 4711 --log")
    {
        Add(_id);
        Add(_log);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var runs = context.Get<IRunService>();
        var id = arguments.GetValue(_id);
        var run = await runs.FindAsync(id, cancellationToken) ?? throw CommandException.Usage($"There is no run {id}. See: archivejobs runs list");
        var zone = context.Get<TimeProvider>().LocalTimeZone;
        if (arguments.GetValue(_log))
        {
            await ShowLogAsync(runs, id, context, zone, cancellationToken);
            return ExitCodes.Good;
        }

        Show(run, context, zone);
        context.Output.Json(CommandJson.Write(RunJson.Of(run, null)));
        return ExitCodes.Good;
    }

    private static async Task ShowLogAsync(IRunService runs, long id, CommandContext context, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        long position = 0;
        while (await runs.ReadLogAsync(id, position, cancellationToken) is { Count: > 0 } lines)
        {
            foreach (var line in lines)
            {
                context.Line($"{Numbers.Instant(line.At, zone)}  {line.Level,-11}  {line.Text}");
                position = line.Position;
            }
        }
    }

    private static void Show(ShownRun run, CommandContext context, TimeZoneInfo zone)
    {
        context.Line($"run {run.Id,-8} {run.Kind}: {Titles.Of(run)}");
        var since = Numbers.Instant(run.EndedAt ?? run.StartedAt ?? run.CreatedAt, zone);
        var next = run.NextAttemptAt is { } at && !run.HasEnded ? $"; next try {Numbers.Instant(at, zone)}" : "";
        context.Line($"state        {Titles.OfState(run)} since {since}{next}");
        context.Line($"entered      {Numbers.Instant(run.CreatedAt, zone)}");
        for (var i = 0; i < run.Attempts.Count; i++)
        {
            var attempt = run.Attempts[i];
            var end = attempt.EndedAt is { } ended ? Numbers.Clock(ended, zone) : "";
            context.Line($"{(i == 0 ? "attempts" : ""),-12} {attempt.Number}  {Numbers.Clock(attempt.StartedAt, zone)}-{end}  {attempt.Host}  {attempt.Outcome}");
        }

        if (run.Numbers?["counters"] is JsonObject counters)
        {
            long Of(string name) => BalanceTable.Count(counters, name);
            context.Line(
                $"balance      seen {Numbers.Count(Of("seen"))} = archived {Numbers.Count(Of("archived"))} + already held {Numbers.Count(Of("alreadyHeld"))}"
                + $" + filtered {Numbers.Count(Of("filtered"))} + failed {Numbers.Count(Of("failed"))} + quarantined {Numbers.Count(Of("quarantined"))}");
        }

        if (run.Cause is { } cause)
        {
            context.Line($"what         {Sentences.What(run, cause)}");
            context.Line($"to do        {Sentences.ToDo(run, cause)}");
            context.Line($"class        {cause.Class}, {cause.Key}");
            if (cause.ServerWords is { Length: > 0 } words)
            {
                context.Line($"server       \"{Printable.Shorten(words, 300)}\"");
            }
        }

        foreach (var item in run.Items)
        {
            context.Line($"item         {Sentences.What(run, item)}");
        }

        context.Line($"log          archivejobs runs show {run.Id} --log");
    }
}

internal sealed class RunsCancelCommand : CliCommand
{
    private readonly Argument<long> _id = RunsCommands.IdArgument();

    public RunsCancelCommand()
        : base("cancel", "Cancels a run; what it has archived stays.", "archivejobs runs cancel 4711")
    {
        Add(_id);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var id = arguments.GetValue(_id);
        var runs = context.Get<IRunService>();
        var isCanceled = await runs.CancelAsync(id, Environment.UserName, cancellationToken);
        var run = await runs.FindAsync(id, cancellationToken) ?? throw CommandException.Usage($"There is no run {id}. See: archivejobs runs list");
        context.Line(isCanceled ? $"run {id} is being canceled." : $"run {id} has ended already: {Titles.OfState(run)}.");
        context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = id, ["canceled"] = isCanceled, ["state"] = run.State }));
        return isCanceled ? ExitCodes.Good : ExitCodes.Failed;
    }
}

internal sealed class RunsRetryCommand : CliCommand
{
    private readonly Argument<long> _id = RunsCommands.IdArgument();
    private readonly Option<bool> _follow = new("--follow") { Description = "Stay and show its progress." };

    public RunsRetryCommand()
        : base("retry", "Lets a waiting, blocked or ended run go on at once.", "archivejobs runs retry 4711", "archivejobs runs retry 4711 --follow")
    {
        Add(_id);
        Add(_follow);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var id = arguments.GetValue(_id);
        var runs = context.Get<IRunService>();
        _ = await runs.FindAsync(id, cancellationToken) ?? throw CommandException.Usage($"There is no run {id}. See: archivejobs runs list");
        var follow = arguments.GetValue(_follow) || !context.Services.IsHost;
        if (follow)
        {
            await context.Services.StartJobsAsync(cancellationToken);
        }

        var goesOn = await runs.RetryAsync(id, cancellationToken) ?? throw new CommandException(ExitCodes.Failed, $"run {id} is running already.");
        if (follow)
        {
            return await RunCommand.FollowAsync(context, goesOn, wait: false, waitForIndex: true, cancellationToken);
        }

        context.Line($"run {goesOn} goes on. See: archivejobs runs show {goesOn}");
        context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = goesOn }));
        return ExitCodes.Good;
    }
}
