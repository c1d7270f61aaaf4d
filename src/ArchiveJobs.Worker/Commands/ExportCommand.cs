using System.CommandLine;
using System.Text.Json.Nodes;
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
        var stores = await _store.OpenAsync(arguments, context, cancellationToken);
        if (stores.Count > 1)
        {
            throw CommandException.Usage("There are several stores: say which one, --store ID.");
        }

        var format = arguments.GetValue(_format)!;
        var directory = Prepare(arguments, context);
        var export = new StoreExport(stores[0], directory, arguments.GetValue(_force), context.Output, context.Get<TimeProvider>());
        var result = await export.RunAsync(format, cancellationToken);

        context.Output.EndProgress();
        foreach (var problem in result.Problems)
        {
            context.Output.Error(problem);
        }

        var files = format == "eml" ? "" : $" in {Numbers.Count(result.Files, "file", "files")}";
        context.Line($"Exported: {Numbers.Count(result.Messages, "message", "messages")}{files}, {Numbers.Size(result.Bytes)}, to {arguments.GetValue(_output)}");
        context.Output.Json(CommandJson.Write(new JsonObject
        {
            ["store"] = stores[0].Location.Id,
            ["format"] = format,
            ["directory"] = directory,
            ["messages"] = result.Messages,
            ["bytes"] = result.Bytes,
            ["files"] = result.Files,
            ["problems"] = CommandJson.Array(result.Problems.Select(problem => (JsonNode)problem)),
        }));
        return result.Problems.Count == 0 ? ExitCodes.Good : ExitCodes.Failed;
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
