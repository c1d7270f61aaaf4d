using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Schedules: which job is due when.</summary>
internal static class ScheduleCommands
{
    public static Command Create() => new("schedule", "Adds, lists, changes, pauses and triggers schedules.")
    {
        new ScheduleAddCommand(), new ScheduleListCommand(), new ScheduleSetCommand(), new ScheduleRemoveCommand(), new ScheduleNextCommand(),
        new SchedulePauseCommand(), new ScheduleResumeCommand(), new ScheduleSkipCommand(), new ScheduleTriggerCommand(), new ScheduleEventsCommand(),
    };

    internal static Argument<string> NameArgument() => new("NAME") { Description = "The schedule." };

    internal static int Show(CommandContext context, ScheduleView schedule, string what)
    {
        context.Line($"Schedule \"{schedule.Name}\" {what}: {ScheduleText.When(schedule)}, {ScheduleText.Next(schedule)}.");
        if (!context.Services.IsHost)
        {
            context.Line("No host is running; slots are decided by the next one: archivejobs serve");
        }

        context.Output.Json(CommandJson.Write(ScheduleText.ToJson(schedule)));
        return ExitCodes.Good;
    }
}

internal sealed class ScheduleAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "For people; unique." };
    private readonly ScheduleOptions _options = new();

    public ScheduleAddCommand()
        : base(
            "add", "Adds a schedule.",
            "archivejobs schedule add 'Tokyo hourly' --kind RunProfile --name=Tokyo --cron '0 * * * *' --zone Asia/Tokyo",
            "archivejobs schedule add verify --kind VerifyStore --id=1 --after 'Tokyo hourly'",
            "archivejobs schedule add often --kind RunProfile --name=Tokyo --every 15m --catch-up none --grace 1h")
    {
        Add(_name);
        _options.AddTo(this);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var kind = context.Get<JobRegistry>().Get(_options.Kind(arguments) ?? throw CommandException.Usage("--kind is missing, for example --kind RunProfile."));
        var (rule, limit) = _options.CatchUp(arguments);
        var spec = new ScheduleSpec(arguments.GetRequiredValue(_name), kind.Name, _options.Arguments(arguments, kind) ?? kind.ParseOptions([]))
        {
            Cron = _options.Cron(arguments),
            Every = _options.Every(arguments),
            After = _options.After(arguments),
            Zone = _options.Zone(arguments),
            CatchUp = rule ?? CatchUpRule.Last,
            CatchUpLimit = limit ?? 1,
            Jitter = _options.Jitter(arguments) ?? TimeSpan.Zero,
            Grace = _options.Grace(arguments) ?? TimeSpan.FromHours(2),
        };
        return ScheduleCommands.Show(context, await context.Get<IScheduleService>().AddAsync(spec, Environment.UserName, cancellationToken), "is added");
    }
}

internal sealed class ScheduleListCommand : CliCommand
{
    public ScheduleListCommand()
        : base("list", "Lists schedules.", "archivejobs schedule list --json")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var schedules = await context.Get<IScheduleService>().ListAsync(cancellationToken);
        foreach (var schedule in schedules)
        {
            var last = schedule.LastRun is { } run ? $", last run {run.Id} {Titles.OfState(run.State, run.Reason)}" : "";
            context.Line($"{Printable.PadRight(schedule.Name, 20)}  {schedule.Kind}  {ScheduleText.When(schedule)}, {ScheduleText.Next(schedule)}{last}");
            if (schedule.OverdueSince is { } since)
            {
                context.Line($"    Overdue since {ScheduleText.In(schedule, since)}. See: archivejobs runs list");
            }
        }

        if (schedules.Count == 0)
        {
            context.Line("No schedule yet. Add one: archivejobs schedule add NAME --kind …");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["schedules"] = CommandJson.Array(schedules.Select(ScheduleText.ToJson)) }));
        return ExitCodes.Good;
    }
}

internal sealed class ScheduleSetCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();
    private readonly Option<string?> _rename = new("--rename") { Description = "The new name.", HelpName = "NAME" };
    private readonly ScheduleOptions _options = new();

    public ScheduleSetCommand()
        : base(
            "set", "Changes a schedule; what is not given stays as it is. What is due by then still runs.",
            "archivejobs schedule set 'Tokyo hourly' --cron '30 * * * *'", "archivejobs schedule set verify --after backup --catch-up 3")
    {
        Add(_name);
        Add(_rename);
        _options.AddTo(this);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var schedules = context.Get<IScheduleService>();
        var name = arguments.GetRequiredValue(_name);
        var kind = context.Get<JobRegistry>().Get(_options.Kind(arguments) ?? (await schedules.GetAsync(name, cancellationToken)).Kind);
        var (rule, limit) = _options.CatchUp(arguments);
        var change = new ScheduleChange
        {
            Name = arguments.GetValue(_rename),
            Kind = kind.Name,
            ArgumentsJson = _options.Arguments(arguments, kind),
            Cron = _options.Cron(arguments),
            Every = _options.Every(arguments),
            After = _options.After(arguments),
            Zone = _options.Zone(arguments),
            CatchUp = rule,
            CatchUpLimit = limit,
            Jitter = _options.Jitter(arguments),
            Grace = _options.Grace(arguments),
        };
        return ScheduleCommands.Show(context, await schedules.SetAsync(name, change, Environment.UserName, cancellationToken), "is changed");
    }
}

internal sealed class ScheduleRemoveCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();

    public ScheduleRemoveCommand()
        : base("remove", "Removes a schedule; its runs stay.", "archivejobs schedule remove often")
    {
        Add(_name);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name);
        await context.Get<IScheduleService>().RemoveAsync(name, Environment.UserName, cancellationToken);
        context.Line($"Schedule \"{name}\" is removed. Its runs stay.");
        context.Output.Json(CommandJson.Write(new JsonObject { ["name"] = name, ["removed"] = true }));
        return ExitCodes.Good;
    }
}

internal sealed class ScheduleNextCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();
    private readonly Option<int> _count = new("--count") { Description = "How many.", DefaultValueFactory = _ => 10, HelpName = "N" };

    public ScheduleNextCommand()
        : base("next", "Shows the next slots in the zone of the schedule.", "archivejobs schedule next 'Tokyo hourly' --count 24")
    {
        Add(_name);
        Add(_count);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var schedules = context.Get<IScheduleService>();
        var schedule = await schedules.GetAsync(arguments.GetRequiredValue(_name), cancellationToken);
        var slots = await schedules.NextAsync(schedule.Name, arguments.GetValue(_count), cancellationToken);
        foreach (var slot in slots)
        {
            context.Line(ScheduleText.In(schedule, slot));
        }

        if (slots.Count == 0)
        {
            context.Line($"Schedule \"{schedule.Name}\": {ScheduleText.When(schedule)}, {ScheduleText.Next(schedule)}.");
        }

        context.Output.Json(CommandJson.Write(ToJson(schedule, slots)));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(ScheduleView schedule, IEnumerable<DateTimeOffset> slots) =>
        new() { ["name"] = schedule.Name, ["slotsUtc"] = CommandJson.Array(slots.Select(slot => (JsonNode)Numbers.Utc(slot))) };
}

internal sealed class SchedulePauseCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();
    private readonly Option<string?> _until = new("--until") { Description = "When slots count again, with its offset, for example 2026-12-01T08:00+09:00. Without it: until it is resumed.", HelpName = "TIME" };

    public SchedulePauseCommand()
        : base("pause", "Pauses a schedule; slots in the pause are not made up.", "archivejobs schedule pause often --until 2026-12-01T08:00+09:00")
    {
        Add(_name);
        Add(_until);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        DateTimeOffset? until = null;
        if (arguments.GetValue(_until) is { } text)
        {
            until = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at)
                ? at
                : throw CommandException.Usage($"--until {text} is not a time, for example 2026-12-01T08:00+09:00.");
        }

        return ScheduleCommands.Show(
            context, await context.Get<IScheduleService>().PauseAsync(arguments.GetRequiredValue(_name), until, Environment.UserName, cancellationToken), "is paused");
    }
}

internal sealed class ScheduleResumeCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();

    public ScheduleResumeCommand()
        : base("resume", "Lets a paused schedule go on.", "archivejobs schedule resume often")
    {
        Add(_name);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken) => ScheduleCommands.Show(
        context, await context.Get<IScheduleService>().ResumeAsync(arguments.GetRequiredValue(_name), Environment.UserName, cancellationToken), "goes on");
}

internal sealed class ScheduleSkipCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();

    public ScheduleSkipCommand()
        : base("skip", "Passes over the next slot, once.", "archivejobs schedule skip often")
    {
        Add(_name);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken) => ScheduleCommands.Show(
        context, await context.Get<IScheduleService>().SkipNextAsync(arguments.GetRequiredValue(_name), Environment.UserName, cancellationToken), "passes over one slot");
}

internal sealed class ScheduleTriggerCommand : CliCommand
{
    private readonly Argument<string> _name = ScheduleCommands.NameArgument();
    private readonly Option<bool> _detach = new("--detach") { Description = "Only enter the run; a running host carries it out." };

    public ScheduleTriggerCommand()
        : base("trigger", "Runs the job of a schedule now; its slots stay as they are.", "archivejobs schedule trigger 'Tokyo hourly'")
    {
        Add(_name);
        Add(_detach);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        await context.Services.StartJobsAsync(cancellationToken);
        var queued = await context.Get<IScheduleService>().TriggerAsync(arguments.GetRequiredValue(_name), Environment.UserName, cancellationToken);
        if (!queued.IsNew)
        {
            context.Line($"run {queued.Id} asks for the same and is not over: this is that run.");
        }

        if (arguments.GetValue(_detach) && context.Services.IsHost)
        {
            context.Line($"run {queued.Id} is queued. See: archivejobs runs show {queued.Id}");
            context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = queued.Id, ["state"] = "Queued" }));
            return ExitCodes.Good;
        }

        return await RunCommand.FollowAsync(context, queued.Id, wait: false, waitForIndex: true, cancellationToken);
    }
}

internal sealed class ScheduleEventsCommand : CliCommand
{
    private const int Page = 1000;

    private readonly Argument<string> _name = ScheduleCommands.NameArgument();

    public ScheduleEventsCommand()
        : base("events", "Shows what happened to a schedule: changes, missed slots, overdue, recovered.", "archivejobs schedule events often")
    {
        Add(_name);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var schedules = context.Get<IScheduleService>();
        var schedule = await schedules.GetAsync(arguments.GetRequiredValue(_name), cancellationToken);
        var shown = new JsonArray();
        long after = 0;
        while (await schedules.ListEventsAsync(schedule.Id, after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                context.Line($"{ScheduleText.In(schedule, entry.At)}  {entry.Kind,-12}  {entry.Text}");
                shown.Add(ToJson(entry));
                after = entry.Id;
            }
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["name"] = schedule.Name, ["events"] = shown }));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(ScheduleEventView entry) => new()
    {
        ["id"] = entry.Id, ["atUtc"] = Numbers.Utc(entry.At), ["kind"] = entry.Kind.ToString(), ["slotUtc"] = entry.SlotAt is { } slot ? Numbers.Utc(slot) : null,
        ["run"] = entry.RunId, ["actor"] = entry.Actor, ["text"] = entry.Text,
    };
}
