using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

internal sealed class ExportCommand : CliCommand
{
    private readonly StoreOption _store = new("The store, by number or name. Default: the only one.");

    private readonly Option<string> _format = new("--format")
    {
        Description = "eml: each message once, as <sha256>.eml, byte for byte. mboxrd: one file per folder.", DefaultValueFactory = _ => "eml", HelpName = "eml|mboxrd",
    };

    private readonly Option<string> _output = new("--output", "-o") { Description = "A new or empty directory.", Required = true, HelpName = "DIR" };
    private readonly Option<bool> _force = new("--force") { Description = "The directory may hold files; those of the same name are replaced." };

    public ExportCommand()
        : base(
            "export", "Writes the messages of a store to files.",
            "archivejobs export --store 1 --format eml --output /backup/mails",
            "archivejobs export --format mboxrd --output /backup/mbox")
    {
        _format.AcceptOnlyFromAmong("eml", "mboxrd");
        Add(_store);
        Add(_format);
        Add(_output);
        Add(_force);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var stores = await StoreOption.FindAsync(context, arguments.GetValue(_store), cancellationToken);
        if (stores.Count > 1)
        {
            throw CommandException.Usage("There are several stores: say which one, --store ID.");
        }

        var directory = Prepare(arguments, context);
        await context.Services.StartJobsAsync(cancellationToken);
        var asked = new JsonObject { ["id"] = stores[0].Id, ["directory"] = directory, ["format"] = arguments.GetValue(_format), ["force"] = arguments.GetValue(_force) };
        var run = await QuietRun.RunAsync(context, "ExportMessages", asked.ToJsonString(), cancellationToken);
        if (run.State is not (RunState.Succeeded or RunState.CompletedWithErrors) || run.Numbers is not { } numbers)
        {
            new RunReport(context).ShowLastLine(run);
            return ExitCodes.Failed;
        }

        return Show(arguments, context, stores[0].Id, directory, numbers);
    }

    private int Show(ParseResult arguments, CommandContext context, int store, string directory, JsonObject numbers)
    {
        var problems = (numbers["problems"] as JsonArray ?? []).Select(problem => problem!.ToString()).ToList();
        foreach (var problem in problems)
        {
            context.Output.Error(problem);
        }

        var format = arguments.GetValue(_format)!;
        var count = (string name) => BalanceTable.Count(numbers, name);
        var files = format == "eml" ? "" : $" in {Numbers.Count(count("files"), "file", "files")}";
        context.Line($"Exported: {Numbers.Count(count("messages"), "message", "messages")}{files}, {Numbers.Size(count("bytes"))}, to {arguments.GetValue(_output)}");
        context.Output.Json(CommandJson.Write(new JsonObject
        {
            ["store"] = store,
            ["format"] = format,
            ["directory"] = directory,
            ["messages"] = count("messages"),
            ["bytes"] = count("bytes"),
            ["files"] = count("files"),
            ["problems"] = CommandJson.Array(problems.Select(problem => (JsonNode)problem)),
        }));
        return problems.Count == 0 ? ExitCodes.Good : ExitCodes.Failed;
    }

    private string Prepare(ParseResult arguments, CommandContext context)
    {
        var given = arguments.GetRequiredValue(_output);
        var directory = context.Caller.Resolve(given);
        try
        {
            Directory.CreateDirectory(directory);
            if (!arguments.GetValue(_force) && Directory.EnumerateFileSystemEntries(directory).Any())
            {
                throw CommandException.Usage($"{given} is not empty. Choose another directory, or say --force.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{given} cannot be used: {e.Message}");
        }

        return directory;
    }
}
