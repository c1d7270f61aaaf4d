using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace ArchiveJobs.Mail.Imap;

/// <summary>Lists a folder: all UIDs by one search, then flags, dates and sizes of those that are not known, page by page.</summary>
internal static class ImapListing
{
    private const int PageUids = 5000; // About 2 MB of MailKit's summaries at a time.
    private const MessageSummaryItems Asked =
        MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    /// <exception cref="ArchiveException">server.dropped: the server lists fewer messages than it says there are.</exception>
    public static async Task<IReadOnlyList<SourceItem>> ListAsync(ImapFolder folder, UidSet known, CancellationToken cancellationToken)
    {
        if (folder.Count == 0)
        {
            return [];
        }

        // A server that caps its answers (10,000 of 17,501 was seen) would make messages invisible for ever. One more look: messages come and go.
        var items = await ListOnceAsync(folder, known, cancellationToken);
        if (items.Length < folder.Count)
        {
            items = await ListOnceAsync(folder, known, cancellationToken);
        }

        if (items.Length < folder.Count)
        {
            throw new ArchiveException(
                new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork)
                    .With("folder", folder.FullName).With("listed", items.Length).With("exists", folder.Count),
                $"The server says that the folder holds {folder.Count} messages but lists {items.Length}.");
        }

        return items;
    }

    private static async Task<SourceItem[]> ListOnceAsync(ImapFolder folder, UidSet known, CancellationToken cancellationToken)
    {
        var flags = new FlagTexts();
        if (known.IsEmpty && folder.Count <= PageUids)
        {
            var all = await folder.FetchAsync(0, -1, Asked, cancellationToken);
            return [.. all.Where(summary => summary.UniqueId.IsValid).OrderBy(summary => summary.UniqueId.Id).Select(summary => ItemOf(summary, flags))];
        }

        var uids = await SearchAsync(folder, cancellationToken);
        var items = new SourceItem[uids.Length];
        var unknown = new List<int>(PageUids);
        for (var i = 0; i < uids.Length; i++)
        {
            items[i] = new SourceItem(uids[i], null, "", null, 0);
            if (!known.Contains(uids[i]))
            {
                unknown.Add(i);
            }

            if (unknown.Count == PageUids || (i == uids.Length - 1 && unknown.Count > 0))
            {
                await FillAsync(folder, items, unknown, flags, cancellationToken);
                unknown.Clear();
            }
        }

        return items;
    }

    private static async Task<uint[]> SearchAsync(ImapFolder folder, CancellationToken cancellationToken)
    {
        var found = await folder.SearchAsync(SearchQuery.All, cancellationToken);
        var uids = new uint[found.Count];
        var n = 0;
        foreach (var uid in found)
        {
            uids[n++] = uid.Id;
        }

        Array.Sort(uids);
        return uids;
    }

    // A UID that gets no answer stays in the list without flags: reading it tells whether it has vanished.
    private static async Task FillAsync(ImapFolder folder, SourceItem[] items, List<int> places, FlagTexts flags, CancellationToken cancellationToken)
    {
        var set = new UniqueIdSet(SortOrder.Ascending);
        var placeOf = new Dictionary<uint, int>(places.Count);
        foreach (var place in places)
        {
            set.Add(new UniqueId(items[place].Uid));
            placeOf[items[place].Uid] = place;
        }

        foreach (var summary in await folder.FetchAsync(set, Asked, cancellationToken))
        {
            if (placeOf.TryGetValue(summary.UniqueId.Id, out var place))
            {
                items[place] = ItemOf(summary, flags);
            }
        }
    }

    private static SourceItem ItemOf(IMessageSummary summary, FlagTexts flags) => new(
        summary.UniqueId.Id, null, flags.Of(summary.Flags ?? MessageFlags.None, (IReadOnlyCollection<string>)summary.Keywords), summary.InternalDate, summary.Size ?? 0);
}
