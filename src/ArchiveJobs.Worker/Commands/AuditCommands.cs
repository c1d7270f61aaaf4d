using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The audit trail.</summary>
internal static class AuditCommands
{
    public static Command Create() => new("audit", "Lists the audit trail; VerifyAudit checks it.") { new AuditListCommand() };
}

internal sealed class AuditListCommand : CliCommand
{
    private const int PageSize = 1000;

    private readonly Option<string?> _since = new("--since") { Description = "Only events from then on: 2026-11-24, 2026-11-24T02:00, or 36h, 7d back from now.", HelpName = "WHEN" };
    private readonly Option<string?> _action = new("--action") { Description = "Only this action, for example ProfileRunArc.", HelpName = "NAME" };
    private readonly Option<string?> _actor = new("--actor") { Description = "Only what this user did.", HelpName = "USER" };
    private readonly Option<AuditLevel?> _level = new("--level") { Description = "This level and above: Information, Warning or Error.", HelpName = "LEVEL" };
    private readonly Option<int> _limit = new("--limit") { Description = "Events shown, newest first.", DefaultValueFactory = _ => 50, HelpName = "N" };

    public AuditListCommand()
        : base("list", "Lists events, newest first.", "archivejobs audit list", "archivejobs audit list --action ProfileRunArc --since 7d --json")
    {
        Add(_since);
        Add(_action);
        Add(_actor);
        Add(_level);
        Add(_limit);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var time = context.Get<TimeProvider>();
        var filter = new AuditFilter
        {
            Since = Since(arguments.GetValue(_since), time), Action = arguments.GetValue(_action), Actor = arguments.GetValue(_actor), MinLevel = arguments.GetValue(_level),
        };
        var reader = context.Get<AuditReader>();
        var events = await ReadAsync(reader, filter, Math.Clamp(arguments.GetValue(_limit), 1, 1_000_000), cancellationToken);
        foreach (var entry in events)
        {
            var about = entry.ObjectKind is null ? "" : $"  {entry.ObjectKind} {entry.ObjectId}{(entry.ObjectName is { } name ? $" \"{name}\"" : "")}";
            context.Line($"{Numbers.Instant(entry.At, time.LocalTimeZone)[..19]}  {entry.Level,-11}  {Printable.PadRight(entry.Actor, 12)}  {entry.Action,-18}{about}  {entry.DetailsJson}");
        }

        if (events.Count == 0)
        {
            context.Line("No such events.");
        }

        var head = await reader.ReadHeadAsync(cancellationToken);
        context.Output.Json(CommandJson.Write(ToJson(head, events)));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(AuditHead? head, IReadOnlyList<AuditEvent> events) => new()
    {
        ["head"] = head is null ? null : new JsonObject { ["sequence"] = head.Sequence, ["hash"] = head.HashText },
        ["events"] = CommandJson.Array(events.Select(ToJson)),
    };

    private static JsonObject ToJson(AuditEvent entry) => new()
    {
        ["sequence"] = entry.Sequence,
        ["atUtc"] = Numbers.Utc(entry.At),
        ["actor"] = entry.Actor,
        ["actorKind"] = entry.ActorKind.ToString(),
        ["action"] = entry.Action,
        ["object"] = entry.ObjectKind is null ? null : new JsonObject { ["kind"] = entry.ObjectKind, ["id"] = entry.ObjectId, ["name"] = entry.ObjectName },
        ["result"] = entry.Result.ToString(),
        ["level"] = entry.Level.ToString(),
        ["details"] = JsonNode.Parse(entry.DetailsJson),
        ["hash"] = entry.Hash is { } hash ? Convert.ToHexStringLower(hash) : null,
    };

    private static async Task<List<AuditEvent>> ReadAsync(AuditReader reader, AuditFilter filter, int wanted, CancellationToken cancellationToken)
    {
        var found = new List<AuditEvent>();
        while (found.Count < wanted)
        {
            var limit = Math.Min(PageSize, wanted - found.Count);
            var page = await reader.ListAsync(filter, found.Count == 0 ? null : found[^1].Id, limit, cancellationToken);
            found.AddRange(page);
            if (page.Count < limit)
            {
                break;
            }
        }

        return found;
    }

    private static DateTimeOffset? Since(string? given, TimeProvider time)
    {
        if (given is null)
        {
            return null;
        }

        if (given.Length > 1 && int.TryParse(given[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && given[^1] is 'h' or 'd')
        {
            return time.GetUtcNow() - (given[^1] == 'h' ? TimeSpan.FromHours(number) : TimeSpan.FromDays(number));
        }

        return DateTime.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
            ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), time.LocalTimeZone.GetUtcOffset(local))
            : throw CommandException.Usage($"--since {given} is not understood: 2026-11-24, 2026-11-24T02:00, 36h or 7d.");
    }
}
