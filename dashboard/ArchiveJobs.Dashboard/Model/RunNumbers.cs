using System.Text.Json;
using ArchiveJobs.Dashboard.Text;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>The balance of an archive run, and what else its JSON says.</summary>
internal sealed record RunNumbers(Counters? Total, long? Durable, long NewMessages, long NewBytes, long Vanished, IReadOnlyList<MailboxNumbers> Mailboxes, JsonElement Raw)
{
    public static RunNumbers Read(string? json)
    {
        var root = RunValues.Arguments(json);
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Read(null);
        }

        return new RunNumbers(
            root.TryGetProperty("counters", out var counters) ? Counters.Read(counters) : null,
            root.TryGetProperty("durable", out var durable) && durable.TryGetInt64(out var count) ? count : null,
            Long(root, "newMessages"), Long(root, "newBytes"), Long(root, "vanished"),
            root.TryGetProperty("mailboxes", out var mailboxes) && mailboxes.ValueKind == JsonValueKind.Array ? [.. mailboxes.EnumerateArray().Select(MailboxNumbers.Read)] : [],
            root);
    }

    internal static long Long(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}

/// <param name="Quarantined">In the store, but a person must look.</param>
public sealed record Counters(long Seen, long Archived, long AlreadyHeld, long Filtered, long Failed, long Quarantined)
{
    public bool AddsUp => Seen == Archived + AlreadyHeld + Filtered + Failed + Quarantined;

    internal static Counters Read(JsonElement json) => new(
        RunNumbers.Long(json, "seen"), RunNumbers.Long(json, "archived"), RunNumbers.Long(json, "alreadyHeld"),
        RunNumbers.Long(json, "filtered"), RunNumbers.Long(json, "failed"), RunNumbers.Long(json, "quarantined"));
}

internal sealed record MailboxNumbers(string Name, Counters Total, IReadOnlyList<FolderNumbers> Folders)
{
    public static MailboxNumbers Read(JsonElement json) => new(
        json.GetProperty("mailbox").GetString() ?? "",
        Counters.Read(json.GetProperty("counters")),
        [.. json.GetProperty("folders").EnumerateArray().Select(folder => new FolderNumbers(folder.GetProperty("path").GetString() ?? "", Counters.Read(folder.GetProperty("counters"))))]);
}

internal sealed record FolderNumbers(string Path, Counters Total);
