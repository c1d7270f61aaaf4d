using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Dashboard.Model;

namespace ArchiveJobs.Dashboard.Reading;

internal sealed record FoundMessage(int Store, MessageSummary Message, float Score)
{
    public DateTimeOffset? Date => Message.Envelope.Date ?? (Message.Placements is [var first, ..] ? first.InternalDate : null);
}

/// <param name="NotSearched">Names of stores that are disabled or cannot be opened.</param>
/// <param name="Behind">Names of stores whose index does not cover the newest messages yet.</param>
internal sealed record FoundPage(long Total, IReadOnlyList<FoundMessage> Hits, bool HasMore, IReadOnlyList<string> NotSearched, IReadOnlyList<string> Behind, int Stores, TimeSpan Took);

/// <summary>One query over all stores that are open.</summary>
internal sealed class MailSearch(StoreShelf shelf, IStoreSearch search)
{
    public const int PageSize = 25;

    // Each store is asked for all that may be shown, so pages far down cost more; the index itself answers at most 1,000.
    public const int MaxOffset = 1000 - PageSize;

    /// <exception cref="ArchiveException">The query cannot be read.</exception>
    public async Task<FoundPage> FindAsync(string text, int offset, bool newestFirst, CancellationToken cancellationToken)
    {
        offset = Math.Clamp(offset, 0, MaxOffset);
        var (open, leftOut) = await shelf.OpenAllAsync(cancellationToken);
        var found = new List<FoundMessage>();
        var behind = new List<string>();
        long total = 0;
        var took = TimeSpan.Zero;
        foreach (var store in open)
        {
            var page = await search.SearchAsync(store, new SearchRequest(text, 0, offset + PageSize, newestFirst), cancellationToken);
            var described = (await store.DescribeAsync([.. page.Hits.Select(hit => hit.Id)], cancellationToken)).ToDictionary(message => message.Id);
            found.AddRange(
                from hit in page.Hits
                where described.ContainsKey(hit.Id)   // Deleted in the archive since it was indexed.
                select new FoundMessage(store.Location.Id, described[hit.Id], hit.Score));
            total += page.Total;
            took += page.Took;
            if (!page.Coverage.IsComplete)
            {
                behind.Add(store.Location.Name);
            }
        }

        var ordered = open.Count == 1 ? found
            : newestFirst ? [.. found.OrderByDescending(hit => hit.Date)]
            : found.OrderByDescending(hit => hit.Score).ToList();
        return new FoundPage(total, [.. ordered.Skip(offset).Take(PageSize)], total > offset + PageSize && offset < MaxOffset, leftOut, behind, open.Count, took);
    }
}
