using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Net;

/// <summary>Items whose octets could not be had.</summary>
internal static class ItemFailures
{
    /// <param name="size">Octets the message has, as far as the server says.</param>
    public static FetchedItem TooLarge(SourceItem item, string folder, long size, MailboxConnection connection) =>
        Failed(item, SituationOf(SituationKeys.MessageTooLarge, item, folder, connection)
            .With("size", size).With("limit", connection.MaxMessageOctets));

    public static FetchedItem Unreadable(SourceItem item, string folder, MailboxConnection connection, string reason) =>
        Failed(item, SituationOf(SituationKeys.MessageUnreadable, item, folder, connection).With("reason", Shorten(reason)) with { ServerWords = Shorten(reason) });

    private static FetchedItem Failed(SourceItem item, Situation situation) => new(item, FetchOutcome.Failed, null, situation);

    private static Situation SituationOf(string key, SourceItem item, string folder, MailboxConnection connection) => new Situation(key, ErrorClass.Item)
        .With("folder", folder).With("uid", item.Name ?? (object)item.Uid).With("mailbox", connection.User);

    private static string Shorten(string words) => words.Length <= 300 ? words : words[..300];
}
