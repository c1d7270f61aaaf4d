using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>Outcomes of one item that are not its octets.</summary>
/// <param name="account">Stands for the mailbox in the sentences.</param>
internal sealed class ItemTrouble(string account, string folder)
{
    public static FetchedItem Vanished(SourceItem item) => new(item, FetchOutcome.Vanished, null, null);

    public FetchedItem Unreadable(SourceItem item, string reason, string? systemWords = null) =>
        Failed(item, Situation(SituationKeys.MessageUnreadable, item).With("reason", reason) with { ServerWords = systemWords });

    /// <param name="size">Octets.</param>
    public FetchedItem TooLarge(SourceItem item, long size, long limit) =>
        Failed(item, Situation(SituationKeys.MessageTooLarge, item).With("size", size).With("limit", limit));

    private static FetchedItem Failed(SourceItem item, Situation failure) => new(item, FetchOutcome.Failed, null, failure);

    private Situation Situation(string key, SourceItem item) =>
        new Situation(key, ErrorClass.Item).With("b", account).With("folder", folder).With("uid", item.Uid > 0 ? item.Uid : item.Name);
}
