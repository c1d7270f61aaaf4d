using System.Text.Json.Nodes;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A message as scripts see it. <c>mailbox</c> and <c>folder</c> are those of its first placement; <c>placements</c> has all.</summary>
internal static class MessageJson
{
    public static JsonObject Of(MessageSummary message, int store, float? score)
    {
        var first = message.Placements is [var placement, ..] ? placement : null;
        var json = new JsonObject
        {
            ["sha256"] = message.Id.ToString(),
            ["subject"] = message.Envelope.Subject,
            ["from"] = message.Envelope.From,
            ["to"] = message.Envelope.To,
            ["date"] = message.Envelope.Date is { } date ? date.ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture) : null,
            ["messageId"] = message.Envelope.MessageId,
            ["mailbox"] = first?.Mailbox,
            ["folder"] = first?.Folder,
            ["size"] = message.Size,
            ["archivedUtc"] = Numbers.Utc(message.ArchivedAt),
            ["store"] = store,
            ["placements"] = CommandJson.Array(message.Placements.Select(Of)),
        };
        if (score is { } value)
        {
            json["score"] = Math.Round(value, 4);
        }

        return json;
    }

    public static JsonObject Of(Placement placement) => new()
    {
        ["mailbox"] = placement.Mailbox,
        ["folder"] = placement.Folder,
        ["uidValidity"] = placement.UidValidity,
        ["uid"] = placement.Uid,
        ["flags"] = placement.Flags,
        ["internalDate"] = placement.InternalDate is { } date ? Numbers.Utc(date) : null,
        ["gone"] = placement.IsGone,
    };
}
