using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

internal sealed class SearchCommand : CliCommand
{
    private readonly Argument<string[]> _query = new("QUERY")
    {
        Description = "Words and \"phrases\"; from: to: subject: body: attachment: ; after:2026-01-31 before:2026-12-31; AND OR NOT, -, prefix*, ( ).",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly StoreOption _store = new();
    private readonly Option<int> _limit = new("--limit") { Description = "Hits shown, 1 to 1,000.", DefaultValueFactory = _ => 50, HelpName = "N" };
    private readonly Option<int> _offset = new("--offset") { Description = "Hits passed over first.", HelpName = "N" };
    private readonly Option<bool> _newest = new("--newest") { Description = "Newest first; otherwise best first." };

    public SearchCommand()
        : base(
            "search", "Finds messages.",
            "archivejobs search 見積",
            "archivejobs search from:tanaka after:2026-01-01 --newest --limit 10",
            "archivejobs search 'invoice AND NOT draft' --json")
    {
        Add(_query);
        Add(_store);
        Add(_limit);
        Add(_offset);
        Add(_newest);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var limit = arguments.GetValue(_limit);
        var offset = arguments.GetValue(_offset);
        if (limit is < 1 or > 1000 || offset < 0)
        {
            throw CommandException.Usage("--limit is 1 to 1,000, --offset 0 or more.");
        }

        var text = string.Join(' ', arguments.GetValue(_query)!);
        var newest = arguments.GetValue(_newest);
        var found = await SearchAsync(context.Get<IStoreSearch>(), await _store.OpenAsync(arguments, context, cancellationToken), text, offset + limit, newest, cancellationToken);
        var hits = Order(found, newest).Skip(offset).Take(limit).ToList();
        if (context.IsJson)
        {
            context.Output.Json(CommandJson.Write(ToJson(text, found, hits)));
        }
        else
        {
            Show(context, text, found, hits);
        }

        return ExitCodes.Good;
    }

    /// <summary>The answer as scripts see it.</summary>
    internal static async Task<JsonObject> FindAsync(
        IStoreSearch search, IReadOnlyList<IArchiveStore> stores, string text, int offset, int limit, bool newest, CancellationToken cancellationToken)
    {
        var found = await SearchAsync(search, stores, text, offset + limit, newest, cancellationToken);
        return ToJson(text, found, [.. Order(found, newest).Skip(offset).Take(limit)]);
    }

    private static async Task<List<FoundInStore>> SearchAsync(
        IStoreSearch search, IReadOnlyList<IArchiveStore> stores, string text, int wanted, bool newest, CancellationToken cancellationToken)
    {
        var found = new List<FoundInStore>();
        foreach (var store in stores)
        {
            // Of several stores the best hits are wanted, so each is asked for all that may be shown.
            var page = await search.SearchAsync(store, new SearchRequest(text, 0, wanted, newest), cancellationToken);
            var described = await store.DescribeAsync([.. page.Hits.Select(hit => hit.Id)], cancellationToken);
            found.Add(new FoundInStore(store, page, described.ToDictionary(message => message.Id)));
        }

        return found;
    }

    private static IEnumerable<Hit> Order(List<FoundInStore> found, bool newestFirst)
    {
        var hits =
            from store in found
            from hit in store.Page.Hits
            let message = store.Messages.GetValueOrDefault(hit.Id)
            where message is not null   // Deleted in the archive since it was indexed.
            select new Hit(store.Store.Location.Id, hit.Score, message);
        return found.Count == 1 ? hits
            : newestFirst ? hits.OrderByDescending(hit => DateOf(hit.Message))
            : hits.OrderByDescending(hit => hit.Score);
    }

    private static void Show(CommandContext context, string text, List<FoundInStore> found, List<Hit> hits)
    {
        var zone = context.Get<TimeProvider>().LocalTimeZone;
        foreach (var hit in hits)
        {
            var message = hit.Message;
            var date = DateOf(message) is { } when ? Numbers.Instant(when, zone)[..16] : "";
            context.Line($"{message.Id.ToString()[..12]}  {date,-16}  {Column(message.Envelope.From, 28)}  {Printable.Shorten(OrNone(message.Envelope.Subject), 60)}");
            context.Line($"              {Numbers.Size(message.Size),-16}  {Where(message)}");
        }

        var took = found.Sum(store => store.Page.Took.TotalMilliseconds);
        var total = found.Sum(store => store.Page.Total);
        context.Line($"\"{text}\" found {Numbers.Count(total, "message", "messages")}{(total > hits.Count ? $", {hits.Count} shown" : "")}, {Math.Max(1, (long)took)} ms");
        foreach (var behind in found.Where(store => !store.Page.Coverage.IsComplete))
        {
            context.Line($"Search of store {behind.Store.Location.Id} \"{behind.Store.Location.Name}\" is still catching up: newer messages may be missing.");
        }
    }

    private static JsonObject ToJson(string text, List<FoundInStore> found, List<Hit> hits) => new()
    {
        ["query"] = text,
        ["total"] = found.Sum(store => store.Page.Total),
        ["milliseconds"] = Math.Round(found.Sum(store => store.Page.Took.TotalMilliseconds), 1),
        ["complete"] = found.All(store => store.Page.Coverage.IsComplete),
        ["hits"] = CommandJson.Array(hits.Select(hit => MessageJson.Of(hit.Message, hit.Store, hit.Score))),
    };

    private static DateTimeOffset? DateOf(MessageSummary message) => message.Envelope.Date ?? (message.Placements is [var first, ..] ? first.InternalDate : null);

    private static string Where(MessageSummary message) =>
        message.Placements.Count == 0 ? ""
            : $"{message.Placements[0].Mailbox}  {message.Placements[0].Folder}{(message.Placements.Count > 1 ? $"  and {message.Placements.Count - 1} more" : "")}";

    private static string Column(string text, int width)
    {
        var shortened = text;
        for (var length = width; Printable.Width(shortened) > width; length--)
        {
            shortened = Printable.Shorten(text, length);
        }

        return Printable.PadRight(shortened, width);
    }

    private static string OrNone(string subject) => subject.Length == 0 ? "(no subject)" : subject;

    private sealed record FoundInStore(IArchiveStore Store, SearchPage Page, Dictionary<Core.ContentId, MessageSummary> Messages);

    private sealed record Hit(int Store, float Score, MessageSummary Message);
}
