using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What is done to single messages.</summary>
internal static class MessageCommands
{
    public static Command Create() => new("message", "Deletes messages in the archive.") { new MessageDeleteCommand() };
}

internal sealed class MessageDeleteCommand : CliCommand
{
    private const int MaxShown = 20;
    private const int ToldTogether = 80;   // With the longest reason below the 8,000 characters of an entry.

    private readonly Argument<string[]> _messages = new("MESSAGE")
    {
        Description = "Its SHA-256, or the first digits (at least 4) where only one message has them. - reads them from standard input, one a line.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _reason = new("--reason") { Description = "Kept in the archive for good.", HelpName = "TEXT", Required = true };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask first." };
    private readonly StoreOption _store = new();

    public MessageDeleteCommand()
        : base(
            "delete", "Deletes messages in the archive for good. They are not archived again; their room is given back by CompactStore.",
            "archivejobs message delete 4f1c09ab77d2 --reason 'asked for by the person concerned'",
            "archivejobs message delete - --reason 'retention period is over' --yes < list.txt")
    {
        Add(_messages);
        Add(_reason);
        Add(_yes);
        Add(_store);
    }

    public override string? AskBefore(ParseResult arguments)
    {
        if (arguments.GetValue(_yes))
        {
            return null;
        }

        var count = arguments.GetRequiredValue(_messages).Length;
        return ReadsInput(arguments)
            ? "The messages in this list are deleted for good."
            : $"{Numbers.Count(count, "message is", "messages are")} deleted for good.";
    }

    public override bool ReadsInput(ParseResult arguments) => arguments.GetRequiredValue(_messages).Contains(CallerInput.Name);

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var order = new DeletionOrder(Environment.UserName, arguments.GetRequiredValue(_reason));
        if (order.FindMistake() is { } mistake)
        {
            throw CommandException.Usage(mistake);
        }

        var stores = await _store.OpenAsync(arguments, context, cancellationToken);

        var outcome = await DeleteAsync(stores, ReadWords(arguments, context), order, context.Get<IAuditTrail>(), cancellationToken);
        Show(context, outcome);
        return outcome.Refused.Count == 0 ? ExitCodes.Good : ExitCodes.Failed;
    }

    internal static async Task<DeletionOutcome> DeleteAsync(
        IReadOnlyList<IArchiveStore> stores, IEnumerable<string> words, DeletionOrder order, IAuditTrail audit, CancellationToken cancellationToken)
    {
        // All are found before the first is deleted: a misspelled one stops the command, not the middle of it.
        var wanted = new Dictionary<IArchiveStore, List<ContentId>>();
        var notHeld = new HashSet<ContentId>();
        foreach (var word in words)
        {
            await FindAsync(stores, word, wanted, notHeld, cancellationToken);
        }

        var deleted = new HashSet<ContentId>();
        var refused = new HashSet<ContentId>();
        foreach (var (store, ids) in wanted)
        {
            var report = await DeleteAsync(audit, store, ids, order, cancellationToken);
            deleted.UnionWith(report.Deleted);
            refused.UnionWith(report.Refused);
            notHeld.UnionWith(report.NotHeld);
        }

        return new DeletionOutcome(deleted, notHeld, refused);
    }

    /// <summary>Deletes and tells the audit trail.</summary>
    internal static async Task<DeletionReport> DeleteAsync(
        IAuditTrail audit, IArchiveStore store, IReadOnlyList<ContentId> ids, DeletionOrder order, CancellationToken cancellationToken)
    {
        var report = await store.DeleteAsync(ids, order, cancellationToken);
        await TellAsync(audit, store, order, report.Deleted, AuditResult.Success);
        await TellAsync(audit, store, order, report.Refused, AuditResult.Refused);
        return report;
    }

    /// <summary>
    /// Crash before this: the store's commit says who, when and why, the audit trail does not. Many messages are several entries, each small enough to be kept whole.
    /// </summary>
    private static async Task TellAsync(IAuditTrail audit, IArchiveStore store, DeletionOrder order, IReadOnlyList<ContentId> ids, AuditResult result)
    {
        foreach (var part in ids.Chunk(ToldTogether))
        {
            var entry = new AuditEntry(AuditActions.MessageDelete, order.Who)
            {
                Result = result,
                Level = result == AuditResult.Refused ? AuditLevel.Warning : AuditLevel.Information,
                Details = new JsonObject { ["reason"] = order.Reason, ["count"] = part.Length, ["messages"] = CommandJson.Array(part.Select(id => (JsonNode)id.ToString())) },
            };
            await audit.WriteAsync(entry.About("store", store.Location.Id, store.Location.Name), CancellationToken.None);
        }
    }

    private IEnumerable<string> ReadWords(ParseResult arguments, CommandContext context)
    {
        var words = arguments.GetRequiredValue(_messages);
        var listed = words.Contains(CallerInput.Name)
            ? Encoding.UTF8.GetString(context.Caller.ReadFile(CallerInput.Name)).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)
            : [];
        return words.Where(word => word != CallerInput.Name).Concat(listed).Distinct(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A whole SHA-256 that no store holds is an answer; first digits that fit none or several are a mistake.</summary>
    private static async Task FindAsync(
        IReadOnlyList<IArchiveStore> stores, string word, Dictionary<IArchiveStore, List<ContentId>> wanted, HashSet<ContentId> notHeld, CancellationToken cancellationToken)
    {
        if (!ContentId.TryParse(word, out var id))
        {
            (_, id) = await ShowCommand.FindAsync(stores, word, cancellationToken);
        }

        var isHeld = false;
        foreach (var store in stores)
        {
            if ((await store.FindAsync(id.ToString(), 1, cancellationToken)).Count > 0)
            {
                isHeld = true;
                if (!wanted.TryGetValue(store, out var ids))
                {
                    wanted.Add(store, ids = []);
                }

                ids.Add(id);
            }
        }

        if (!isHeld)
        {
            notHeld.Add(id);
        }
    }

    private static void Show(CommandContext context, DeletionOutcome outcome)
    {
        var deleted = outcome.Deleted.Count;
        context.Line($"{Numbers.Count(deleted, "message", "messages")} deleted.{(deleted > 0 ? " CompactStore gives the room back." : "")}");
        ShowList(context, outcome.NotHeld, "not held, or deleted before");
        ShowList(context, outcome.Refused, "on hold: not deleted");
        context.Output.Json(CommandJson.Write(outcome.ToJson()));
    }

    private static void ShowList(CommandContext context, HashSet<ContentId> ids, string what)
    {
        if (ids.Count > 0)
        {
            context.Line($"{Numbers.Count(ids.Count)} {what}:");
            foreach (var id in ids.Order().Take(MaxShown))
            {
                context.Line($"  {id}");
            }

            if (ids.Count > MaxShown)
            {
                context.Line($"  and {Numbers.Count(ids.Count - MaxShown)} more (--json lists them all)");
            }
        }
    }
}

/// <summary>What became of messages that were to be deleted, over all stores.</summary>
internal sealed record DeletionOutcome(HashSet<ContentId> Deleted, HashSet<ContentId> NotHeld, HashSet<ContentId> Refused)
{
    public JsonObject ToJson() => new() { ["deleted"] = List(Deleted), ["notHeld"] = List(NotHeld), ["refused"] = List(Refused) };

    private static JsonArray List(HashSet<ContentId> ids) => CommandJson.Array(ids.Order().Select(id => (JsonNode)JsonValue.Create(id.ToString())));
}
