using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Who is told of failures, and what became of it.</summary>
internal static class AlertCommands
{
    public static Command Create() => new("alert", "Tells people of failures: channels, alerts, deliveries.")
    {
        new AlertSmtpCommand(), new AlertNetworkMessageCommand(), new AlertPickupCommand(), new AlertListCommand(), new AlertRemoveCommand(),
        new AlertTestCommand(), new AlertDeliveriesCommand(), new AlertDismissCommand(), new AlertSettingsCommand(),
    };

    /// <summary>By number or by name.</summary>
    internal static async Task<ChannelView> FindAsync(CommandContext context, string given, CancellationToken cancellationToken)
    {
        var channels = await context.Get<IAlertService>().ListChannelsAsync(cancellationToken);
        return channels.FirstOrDefault(channel => channel.Id.ToString(CultureInfo.InvariantCulture) == given)
            ?? channels.FirstOrDefault(channel => string.Equals(channel.Name, given, StringComparison.OrdinalIgnoreCase))
            ?? throw CommandException.Usage($"There is no channel \"{given}\". See: archivejobs alert list");
    }

    internal static JsonObject ToJson(ChannelView channel) => new()
    {
        ["id"] = channel.Id,
        ["name"] = channel.Name,
        ["kind"] = channel.Kind,
        ["to"] = channel.Summary,
        ["language"] = channel.Language,
        ["enabled"] = channel.IsEnabled,
        ["waiting"] = channel.Waiting,
        ["abandoned"] = channel.Abandoned,
        ["lastDeliveredUtc"] = channel.LastDeliveredAt is { } at ? Numbers.Utc(at) : null,
    };

    internal static string Sentence(string? reason, DeliveryOutcome outcome) =>
        DeliveryText.Of(new DeliveryResult(outcome, reason ?? ""), CultureInfo.InvariantCulture);

    internal static Argument<string> ChannelArgument() => new("CHANNEL") { Description = "Number or name of the channel." };
}

internal sealed class AlertListCommand : CliCommand
{
    private const int MaxAlerts = 100;

    public AlertListCommand()
        : base("list", "Lists channels and what is open.", "archivejobs alert list", "archivejobs alert list --json")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var alerts = context.Get<IAlertService>();
        var channels = await alerts.ListChannelsAsync(cancellationToken);
        foreach (var channel in channels)
        {
            var state = $"{(channel.IsEnabled ? "" : ", off")}{(channel.Waiting > 0 ? $", {channel.Waiting} waiting" : "")}{(channel.Abandoned > 0 ? $", {channel.Abandoned} given up" : "")}";
            context.Line($"{channel.Id,4}  {Printable.PadRight(channel.Name, 20)}  {channel.Kind,-15}  {channel.Language}  {channel.Summary}{state}");
        }

        if (channels.Count == 0)
        {
            context.Line("No channel yet: nobody is told of failures. Add one: archivejobs alert smtp --help");
        }

        var zone = context.Get<TimeProvider>().LocalTimeZone;
        var open = await alerts.ListAlertsAsync(onlyOpen: true, null, MaxAlerts, cancellationToken);
        foreach (var alert in open)
        {
            var run = alert.RunId is { } id ? $", run {id}" : "";
            context.Line($"open alert {alert.Id}: {alert.ThingType} \"{alert.ThingName}\", {alert.Situation.Key}, since {Numbers.Instant(alert.Since, zone)[..16]}{run}");
        }

        var options = await alerts.ReadOptionsAsync(cancellationToken);
        context.Output.Json(CommandJson.Write(new JsonObject
        {
            ["channels"] = CommandJson.Array(channels.Select(AlertCommands.ToJson)),
            ["open"] = CommandJson.Array(open.Select(ToJson)),
            ["baseUrl"] = options.BaseUrl?.AbsoluteUri,
            ["reminderHours"] = options.ReminderHours,
        }));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(AlertView alert) => new()
    {
        ["id"] = alert.Id, ["thing"] = new JsonObject { ["type"] = alert.ThingType, ["key"] = alert.ThingKey, ["name"] = alert.ThingName }, ["state"] = alert.State.ToString(),
        ["situation"] = alert.Situation.Key, ["sinceUtc"] = Numbers.Utc(alert.Since), ["run"] = alert.RunId, ["reminders"] = alert.Reminders,
        ["endedUtc"] = alert.EndedAt is { } ended ? Numbers.Utc(ended) : null, ["endedBy"] = alert.EndedBy,
    };
}

internal sealed class AlertRemoveCommand : CliCommand
{
    private readonly Argument<string> _channel = AlertCommands.ChannelArgument();
    private readonly Option<bool> _yes = new("--yes") { Description = "Also when alerts still wait for it." };

    public AlertRemoveCommand()
        : base("remove", "Removes a channel, with what waits for it.", "archivejobs alert remove 2")
    {
        Add(_channel);
        Add(_yes);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var channel = await AlertCommands.FindAsync(context, arguments.GetRequiredValue(_channel), cancellationToken);
        if (channel.Waiting > 0 && !arguments.GetValue(_yes))
        {
            throw CommandException.Usage($"{Numbers.Count(channel.Waiting, "alert waits", "alerts wait")} to be delivered over \"{channel.Name}\" and would be lost. To remove it all the same: --yes");
        }

        await context.Get<IAlertService>().RemoveAsync(channel.Id, Environment.UserName, cancellationToken);
        context.Line($"Channel {channel.Id} \"{channel.Name}\" is removed.");
        context.Output.Json(CommandJson.Write(new JsonObject { ["removed"] = channel.Id }));
        return ExitCodes.Good;
    }
}

internal sealed class AlertTestCommand : CliCommand
{
    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "Number or name of the channel; all of them when it is left out.", Arity = ArgumentArity.ZeroOrOne };

    public AlertTestCommand()
        : base("test", "Sends a test now and says what the other side answered.", "archivejobs alert test", "archivejobs alert test 1 --json")
    {
        Add(_channel);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var alerts = context.Get<IAlertService>();
        var channels = arguments.GetValue(_channel) is { } given
            ? [await AlertCommands.FindAsync(context, given, cancellationToken)]
            : await alerts.ListChannelsAsync(cancellationToken);
        if (channels.Count == 0)
        {
            throw CommandException.Usage("There is no channel yet. Add one: archivejobs alert smtp --help");
        }

        var results = new List<(ChannelView Channel, DeliveryResult Result)>();
        foreach (var channel in channels)
        {
            var result = await alerts.TestAsync(channel.Id, Environment.UserName, cancellationToken);
            results.Add((channel, result));
            var words = result.Words.Length > 0 ? $" The other side says: \"{Printable.Shorten(result.Words, 300)}\"" : "";
            context.Line($"{channel.Id} \"{channel.Name}\" ({channel.Summary}): {AlertCommands.Sentence(result.Reason, result.Outcome)}{words}");
            foreach (var refused in result.Refused)
            {
                context.Line($"    not taken for {refused}");
            }
        }

        context.Output.Json(CommandJson.Write(new JsonObject
        {
            ["tests"] = CommandJson.Array(results.Select(one => ToJson(one.Channel, one.Result))),
        }));
        return results.TrueForAll(one => one.Result.Outcome == DeliveryOutcome.Delivered && one.Result.Refused.Count == 0) ? ExitCodes.Good : ExitCodes.Failed;
    }

    internal static JsonObject ToJson(ChannelView channel, DeliveryResult result) => new()
    {
        ["channel"] = channel.Id, ["name"] = channel.Name, ["outcome"] = result.Outcome.ToString().ToLowerInvariant(),
        ["reason"] = result.Reason.Length == 0 ? null : result.Reason, ["words"] = result.Words.Length == 0 ? null : result.Words,
        ["refused"] = CommandJson.Array(result.Refused.Select(address => (JsonNode)address)),
    };
}

internal sealed class AlertDeliveriesCommand : CliCommand
{
    private readonly Option<AlertDeliveryState?> _state = new("--state") { Description = "Only Pending, Delivered or Abandoned.", HelpName = "STATE" };
    private readonly Option<int> _limit = new("--limit") { Description = "Deliveries shown, newest first, 1 to 500.", DefaultValueFactory = _ => 20, HelpName = "N" };
    private readonly Option<long?> _retry = new("--retry") { Description = "Have this delivery tried again at once.", HelpName = "ID" };

    public AlertDeliveriesCommand()
        : base("deliveries", "Lists what was sent, what waits and what was given up.", "archivejobs alert deliveries --state Abandoned", "archivejobs alert deliveries --retry 12")
    {
        Add(_state);
        Add(_limit);
        Add(_retry);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var alerts = context.Get<IAlertService>();
        if (arguments.GetValue(_retry) is { } id)
        {
            if (!await alerts.RetryAsync(id, Environment.UserName, cancellationToken))
            {
                throw CommandException.Usage($"There is no delivery {id} that waits or was given up. See: archivejobs alert deliveries");
            }

            await context.Services.StartJobsAsync(cancellationToken);   // Without a host this process sends it before it ends.
            context.Line($"Delivery {id} is tried again.");
        }

        var zone = context.Get<TimeProvider>().LocalTimeZone;
        var list = await alerts.ListDeliveriesAsync(arguments.GetValue(_state), null, arguments.GetValue(_limit), cancellationToken);
        foreach (var one in list)
        {
            var next = one.NextAttemptAt is { } at ? $", next try {Numbers.Instant(at, zone)[..19]}" : "";
            var why = one.LastReason is null ? "" : $": {AlertCommands.Sentence(one.LastReason, DeliveryOutcome.Temporary)}";
            context.Line($"{one.Id,5}  {Numbers.Instant(one.CreatedAt, zone)[..19]}  {one.State,-9}  {one.Event,-9}  {one.Thing}, {one.SituationKey} -> \"{one.Channel}\", {Numbers.Count(one.Attempts, "try", "tries")}{next}{why}");
        }

        if (list.Count == 0)
        {
            context.Line("No deliveries.");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["deliveries"] = CommandJson.Array(list.Select(ToJson)) }));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(DeliveryView one) => new()
    {
        ["id"] = one.Id, ["alert"] = one.AlertId, ["channel"] = one.ChannelId, ["channelName"] = one.Channel, ["event"] = one.Event, ["thing"] = one.Thing,
        ["situation"] = one.SituationKey, ["state"] = one.State.ToString(), ["createdUtc"] = Numbers.Utc(one.CreatedAt), ["attempts"] = one.Attempts,
        ["nextUtc"] = one.NextAttemptAt is { } next ? Numbers.Utc(next) : null, ["reason"] = one.LastReason, ["words"] = one.LastWords,
        ["endedUtc"] = one.EndedAt is { } ended ? Numbers.Utc(ended) : null,
    };
}

internal sealed class AlertDismissCommand : CliCommand
{
    private readonly Argument<long> _alert = new("ALERT") { Description = "Number of the open alert." };

    public AlertDismissCommand()
        : base("dismiss", "Takes note of an open alert: no reminder follows; the same cause alerts anew.", "archivejobs alert dismiss 318")
    {
        Add(_alert);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var id = arguments.GetValue(_alert);
        if (!await context.Get<IAlertService>().DismissAsync(id, Environment.UserName, cancellationToken))
        {
            throw CommandException.Usage($"There is no open alert {id}. See: archivejobs alert list");
        }

        context.Line($"Alert {id} is dismissed.");
        context.Output.Json(CommandJson.Write(new JsonObject { ["dismissed"] = id }));
        return ExitCodes.Good;
    }
}

internal sealed class AlertSettingsCommand : CliCommand
{
    private readonly Option<string?> _baseUrl = new("--base-url") { Description = "Where people reach the dashboard, for links in alerts; none for no links.", HelpName = "URL|none" };
    private readonly Option<int?> _hours = new("--reminder-hours") { Description = "How often an alert that lasts is told again. Default: 24.", HelpName = "N" };

    public AlertSettingsCommand()
        : base("settings", "Shows and changes what holds for all alerts.", "archivejobs alert settings --base-url https://archive.example.jp:8462")
    {
        Add(_baseUrl);
        Add(_hours);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var alerts = context.Get<IAlertService>();
        var options = await alerts.ReadOptionsAsync(cancellationToken);
        var url = arguments.GetValue(_baseUrl);
        var hours = arguments.GetValue(_hours);
        if (url is not null || hours is not null)
        {
            options = new AlertOptions(url switch { null => options.BaseUrl, "none" => null, _ => Parse(url) }, hours ?? options.ReminderHours);
            await AlertChannelOptions.CheckedAsync(() => alerts.WriteOptionsAsync(options, Environment.UserName, cancellationToken));
        }

        context.Line($"Links lead to {options.BaseUrl?.AbsoluteUri ?? "nowhere: no base URL is set"}. Alerts that last are told again every {options.ReminderHours} h.");
        context.Output.Json(CommandJson.Write(ToJson(options)));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(AlertOptions options) => new() { ["baseUrl"] = options.BaseUrl?.AbsoluteUri, ["reminderHours"] = options.ReminderHours };

    private static Uri Parse(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        ? parsed
        : throw CommandException.Usage($"--base-url {url} is no address; give for example https://archive.example.jp:8462.");
}
