using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Archive stores.</summary>
internal static class StoreCommands
{
    public static Command Create() => new("store", "Makes and lists archive stores.") { new StoreCreateCommand(), new StoreListCommand() };
}

internal sealed class StoreCreateCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "For people; unique." };
    private readonly Option<bool> _archiveHere = new("--archive-here") { Description = "New mail goes here from now on. The first store takes it anyway." };

    public StoreCreateCommand()
        : base("create", "Makes an archive store.", "archivejobs store create 2026", "archivejobs store create 2027 --archive-here")
    {
        Add(_name);
        Add(_archiveHere);
    }

    public override bool CreatesData => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var store = await context.Get<IStoreBook>().CreateAsync(arguments.GetRequiredValue(_name), arguments.GetValue(_archiveHere), Environment.UserName, cancellationToken);
        context.Line($"Store {store.Id} \"{store.Name}\" is made{(store.State == "ArchiveHere" ? " and takes new mail" : "")}.");
        context.Output.Json(CommandJson.Write(StoreListCommand.ToJson(store, null)));
        return ExitCodes.Good;
    }
}

internal sealed class StoreListCommand : CliCommand
{
    private readonly Option<bool> _numbers = new("--numbers") { Description = "Open each store and count its messages." };

    public StoreListCommand()
        : base("list", "Lists archive stores.", "archivejobs store list", "archivejobs store list --numbers --json")
    {
        Add(_numbers);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var book = context.Get<IStoreBook>();
        var listed = new JsonArray();
        foreach (var store in await book.ListAsync(cancellationToken))
        {
            var numbers = arguments.GetValue(_numbers) ? await ReadNumbersAsync(book, store, cancellationToken) : null;
            var counted = numbers is null ? "" : $"  {Numbers.Count(numbers.Messages, "message", "messages")}, {Numbers.Size(numbers.MessageBytes)} in {Numbers.Size(numbers.StoredBytes)}";
            context.Line($"{store.Id,4}  {store.State,-14}  {Printable.PadRight(store.Name, 24)}  {store.Location.Path}{counted}");
            listed.Add(ToJson(store, numbers));
        }

        if (listed.Count == 0)
        {
            context.Line("No store yet. Make one: archivejobs store create NAME");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["stores"] = listed }));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(StoreEntry store, StoreStatistics? numbers)
    {
        var json = new JsonObject { ["id"] = store.Id, ["name"] = store.Name, ["state"] = store.State, ["path"] = store.Location.Path };
        if (numbers is not null)
        {
            json["messages"] = numbers.Messages;
            json["placements"] = numbers.Placements;
            json["messageBytes"] = numbers.MessageBytes;
            json["storedBytes"] = numbers.StoredBytes;
            json["segments"] = numbers.Segments;
            json["headCommit"] = numbers.HeadCommit;
            json["chainHead"] = numbers.ChainHead;
        }

        return json;
    }

    internal static async Task<StoreStatistics?> ReadNumbersAsync(IStoreBook book, StoreEntry store, CancellationToken cancellationToken)
    {
        try
        {
            return await (await book.OpenAsync(store, cancellationToken)).ReadStatisticsAsync(cancellationToken);
        }
        catch (ArchiveException)
        {
            return null;   // Offline or damaged: it is listed all the same, and doctor says what is wrong.
        }
    }
}
