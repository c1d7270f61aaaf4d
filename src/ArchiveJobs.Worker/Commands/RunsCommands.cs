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

    internal static CommandException NoRun(long id) => CommandException.Usage($"There is no run {id}. See: archivejobs runs list");
}

internal sealed class RunsListCommand : CliCommand
{
    private const int PageSize = 500;

    private readonly Option<int> _limit = new("--limit") { Description = "Runs shown, newest first.", DefaultValueFactory = _ => 20, HelpName = "N" };
    private readonly Option<string?> _kind = new("--kind") { Description = "Only this job kind.", HelpName = "KIND" };
    private readonly Option<RunState?> _state = new("--state") { Description = "Only this state, for example Waiting.", HelpName = "STATE" };

    public RunsListCommand()
        : base("list", "Lists runs, newest first.", "archivejobs runs list", "archivejobs runs list --state Waiting --json")
    {
        Add(_limit);
        Add(_kind);
        Add(_state);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var runs = await ReadAsync(arguments, context.Get<IRunService>(), cancellationToken);
        var zone = context.Get<TimeProvider>().LocalTimeZone;
        foreach (var run in runs)
        {
            var when = Numbers.Instant(run.Summary.StartedAt ?? run.Summary.CreatedAt, zone)[..19];
            context.Line($"{run.Id,6}  {when}  {Printable.PadRight(Titles.OfState(run), 24)}  {Titles.Of(run)}");
        }

        if (runs.Count == 0)
        {
            context.Line("No runs. Start one: archivejobs run RunProfile --name=NAME");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["runs"] = CommandJson.Array(runs.Select(run => RunJson.Of(run, null))) }));
        return ExitCodes.Good;
    }

    private async Task<List<ShownRun>> ReadAsync(ParseResult arguments, IRunService runs, CancellationToken cancellationToken)
    {
        var filter = new RunFilter { Kind = arguments.GetValue(_kind), State = arguments.GetValue(_state) };
        var wanted = Math.Clamp(arguments.GetValue(_limit), 1, 100_000);
        var found = new List<ShownRun>();
        while (found.Count < wanted)
        {
            long? before = found.Count == 0 ? null : found[^1].Id;
            var limit = Math.Min(PageSize, wanted - found.Count);
            var page = await runs.ListAsync(filter, before, limit, cancellationToken);
            found.AddRange(page.Select(ShownRun.Of));
            if (page.Count < limit)
            {
                break;
            }
        }

        return found;
    }
}

internal sealed class RunsShowCommand : CliCommand
{
    private const int LogPage = 1000;

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
        var run = await ShownRun.LoadAsync(runs, id, cancellationToken) ?? throw RunsCommands.NoRun(id);
        var zone = context.Get<TimeProvider>().LocalTimeZone;
        if (arguments.GetValue(_log))
        {
            await ShowLogAsync(runs, run, context, zone, cancellationToken);
        }
        else
        {
            Show(run, run.View!, context, zone);
        }

        context.Output.Json(CommandJson.Write(RunJson.Of(run, null)));
        return ExitCodes.Good;
    }

    private static async Task ShowLogAsync(IRunService runs, ShownRun run, CommandContext context, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        long after = 0;
        while (await runs.ListEventsAsync(run.Id, after, LogPage, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var line in page)
            {
                var state = line.State is { } entered ? $"[{Titles.OfState(entered, line.Reason)}] " : "";
                var actor = line.Actor is { Length: > 0 } person ? $" ({person})" : "";
                context.Line($"{Numbers.Instant(line.At, zone)}  {line.Level,-11}  {state}{line.Text}{actor}");
                after = line.Id;
            }
        }

        context.Line($"complete log: {run.View!.LogFile}");
    }

    private static void Show(ShownRun run, RunView view, CommandContext context, TimeZoneInfo zone)
    {
        var summary = run.Summary;
        var next = summary.Next is { } at && !run.State.IsFinal() ? $"; next try {Numbers.Instant(at, zone)}" : "";
        context.Line($"run {run.Id,-8} {run.Kind}: {Titles.Of(run)}");
        context.Line($"state        {Titles.OfState(run)} since {Numbers.Instant(summary.StateSince, zone)}{next}");
        var due = summary.SlotAt is { } slot ? $", due {Numbers.Instant(slot, zone)}" : "";
        context.Line($"started by   {summary.Trigger}, {summary.RequestedBy}, {Numbers.Instant(summary.CreatedAt, zone)}{due}");
        ShowAttempts(view, context, zone);
        ShowBalance(run, context);
        ShowCause(run, context);
        foreach (var item in run.Items)
        {
            context.Line($"item         {Sentences.What(run, item)}");
        }

        context.Line($"log          archivejobs runs show {run.Id} --log");
    }

    private static void ShowAttempts(RunView view, CommandContext context, TimeZoneInfo zone)
    {
        for (var i = 0; i < view.Attempts.Count; i++)
        {
            var attempt = view.Attempts[i];
            var end = attempt.EndedAt is { } ended ? Numbers.Clock(ended, zone) : "";
            var outcome = attempt.EndState switch { null => "", RunState.Waiting => "Waiting", { } state => Titles.OfState(state, RunReason.None) };
            var error = attempt.ErrorClass is { Length: > 0 } name ? ", " + name : "";
            context.Line($"{(i == 0 ? "attempts" : ""),-12} {i + 1}  {Numbers.Clock(attempt.StartedAt, zone)}-{end}  {attempt.Host}  {outcome}{error}");
        }

        if (view.Crashes > 0)
        {
            context.Line($"crashes      {view.Crashes} in a row");
        }
    }

    private static void ShowBalance(ShownRun run, CommandContext context)
    {
        if (run.Numbers?["counters"] is not JsonObject counters)
        {
            return;
        }

        string Of(string name) => Numbers.Count(BalanceTable.Count(counters, name));
        context.Line(
            $"balance      seen {Of("seen")} = archived {Of("archived")} + already held {Of("alreadyHeld")}"
            + $" + filtered {Of("filtered")} + failed {Of("failed")} + quarantined {Of("quarantined")}");
    }

    private static void ShowCause(ShownRun run, CommandContext context)
    {
        if (run.Cause is not { } cause)
        {
            return;
        }

        context.Line($"what         {Sentences.What(run, cause)}");
        context.Line($"to do        {Sentences.ToDo(run, cause)}");
        context.Line($"class        {cause.Class}, {cause.Key}");
        if (cause.Values.TryGetValue("fingerprint", out var fingerprint))
        {
            context.Line($"fingerprint  SHA-256 {fingerprint}");
        }

        if (cause.ServerWords is { Length: > 0 } words)
        {
            context.Line($"server       \"{Printable.Shorten(words, 300)}\"");
        }
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
        var outcome = await runs.CancelAsync(id, Environment.UserName, cancellationToken);
        var run = await ShownRun.LoadAsync(runs, id, cancellationToken) ?? throw RunsCommands.NoRun(id);
        context.Line(outcome switch
        {
            CancelOutcome.Cancelled => $"run {id} is canceled.",
            CancelOutcome.Requested => $"run {id} has been told and ends at its next safe place.",
            _ => $"run {id} has ended already: {Titles.OfState(run)}.",
        });
        context.Output.Json(CommandJson.Write(ToJson(run, outcome)));
        return outcome is CancelOutcome.Cancelled or CancelOutcome.Requested ? ExitCodes.Good : ExitCodes.Failed;
    }

    internal static JsonObject ToJson(ShownRun run, CancelOutcome outcome) => new() { ["id"] = run.Id, ["outcome"] = outcome.ToString(), ["state"] = run.State.ToString() };
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
        if (await runs.GetAsync(id, cancellationToken) is null)
        {
            throw RunsCommands.NoRun(id);
        }

        // Without a host nobody would carry it out, so this process does and stays for it.
        var follow = arguments.GetValue(_follow) || !context.Services.IsHost;
        if (follow)
        {
            await context.Services.StartJobsAsync(cancellationToken);
        }

        var goesOn = await runs.RetryAsync(id, Environment.UserName, cancellationToken);
        if (follow)
        {
            return await RunCommand.FollowAsync(context, goesOn?.Id ?? id, wait: false, waitForIndex: true, cancellationToken);
        }

        if (goesOn is null)
        {
            throw new CommandException(ExitCodes.Failed, $"run {id} is queued or running already.");
        }

        context.Line($"run {goesOn.Value.Id} goes on. See: archivejobs runs show {goesOn.Value.Id}");
        context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = goesOn.Value.Id }));
        return ExitCodes.Good;
    }
}
