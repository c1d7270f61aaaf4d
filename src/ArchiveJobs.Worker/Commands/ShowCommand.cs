using System.CommandLine;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

internal sealed class ShowCommand : CliCommand
{
    private readonly Argument<string> _message = new("MESSAGE") { Description = "Its SHA-256, or the first digits (at least 4) where only one message has them." };
    private readonly StoreOption _store = new();
    private readonly Option<bool> _raw = new("--raw") { Description = "Write the octets as they were archived." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the octets to a new file.", HelpName = "FILE" };

    public ShowCommand()
        : base(
            "show", "Shows a message: its header fields and text, or its octets.",
            "archivejobs show 4f1c09ab77d2",
            "archivejobs show 4f1c09ab77d2 --raw | less",
            "archivejobs show 4f1c09ab77d2 --output mail.eml")
    {
        Add(_message);
        Add(_store);
        Add(_raw);
        Add(_output);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var stores = await _store.OpenAsync(arguments, context, cancellationToken);
        var (store, id) = await FindAsync(stores, arguments.GetRequiredValue(_message), cancellationToken);
        await using var octets = await store.OpenMessageAsync(id, cancellationToken)
            ?? throw CommandException.Usage($"Message {id} is not in the archive.");

        if (arguments.GetValue(_output) is { } output)
        {
            await SaveAsync(octets, context, output, cancellationToken);
        }
        else if (arguments.GetValue(_raw))
        {
            await SendAsync(octets, context.Output, cancellationToken);
        }
        else
        {
            await ShowAsync(store, id, octets, context, cancellationToken);
        }

        return ExitCodes.Good;
    }

    public static async Task<(IArchiveStore Store, ContentId Id)> FindAsync(IReadOnlyList<IArchiveStore> stores, string wanted, CancellationToken cancellationToken)
    {
        if (wanted.Length is < 4 or > 64 || !wanted.All(char.IsAsciiHexDigit))
        {
            throw CommandException.Usage($"\"{wanted}\" is no SHA-256: 4 to 64 hexadecimal digits are needed.");
        }

        var found = new Dictionary<ContentId, IArchiveStore>();
        foreach (var store in stores)
        {
            foreach (var id in await store.FindAsync(wanted.ToLowerInvariant(), 10, cancellationToken))
            {
                found.TryAdd(id, store);
            }
        }

        return found.Count switch
        {
            0 => throw CommandException.Usage($"No message begins with {wanted}."),
            1 => (found.Values.Single(), found.Keys.Single()),
            _ => throw CommandException.Usage($"Several messages begin with {wanted}:\n" + string.Join('\n', found.Keys.Order().Select(id => "  " + id))),
        };
    }

    private static async Task SaveAsync(Stream octets, CommandContext context, string output, CancellationToken cancellationToken)
    {
        var path = context.Caller.Resolve(output);
        try
        {
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await octets.CopyToAsync(file, cancellationToken);
            context.Line($"{Numbers.Size(file.Length)} written to {output}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{output} cannot be written: {e.Message}");
        }
    }

    private static async Task SendAsync(Stream octets, ICommandOutput output, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (var read = await octets.ReadAsync(buffer, cancellationToken); read > 0; read = await octets.ReadAsync(buffer, cancellationToken))
        {
            output.Octets(buffer.AsSpan(0, read));
        }
    }

    private static async Task ShowAsync(IArchiveStore store, ContentId id, Stream octets, CommandContext context, CancellationToken cancellationToken)
    {
        if (await store.DescribeAsync([id], cancellationToken) is not [var summary])
        {
            throw CommandException.Usage($"Message {id} is not in the archive.");
        }

        if (context.IsJson)
        {
            var json = MessageJson.Of(summary, store.Location.Id, null);
            json["text"] = (await MessageText.ReadAsync(octets, cancellationToken)).Body;
            context.Output.Json(CommandJson.Write(json));
            return;
        }

        var zone = context.Get<TimeProvider>().LocalTimeZone;
        context.Line($"sha256       {id}");
        context.Line($"archived     {Numbers.Instant(summary.ArchivedAt, zone)}, store {store.Location.Id} \"{store.Location.Name}\", {Numbers.Size(summary.Size)}");
        foreach (var placement in summary.Placements)
        {
            context.Line($"filed in     {placement.Mailbox}  {placement.Folder}{(placement.IsGone ? "  (no longer at the source)" : "")}");
        }

        var text = await MessageText.ReadAsync(octets, cancellationToken);
        context.Line();
        foreach (var (name, value) in text.Headers)
        {
            context.Line($"{name + ":",-12} {value}");
        }

        foreach (var attachment in text.Attachments)
        {
            context.Line($"Attachment:  {attachment}");
        }

        context.Line();
        context.Line(text.Body.TrimEnd());
    }
}
