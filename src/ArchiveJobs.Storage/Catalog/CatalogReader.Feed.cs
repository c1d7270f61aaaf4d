using ArchiveJobs.Storage.Catalog.Reading;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>What followers of the store, the index for one, take over.</summary>
internal sealed partial class CatalogReader
{
    /// <summary>
    /// Changes of the commits after <paramref name="after"/> up to <paramref name="last"/>, commit by commit. A message deleted meanwhile comes as its
    /// deletion only. A message stated again comes again, with the commit that stated it last.
    /// </summary>
    public IEnumerable<FeedChange> ReadFeed(long after, long last)
    {
        using var messages = ReadFeed(after, last, MessageChanges, false).GetEnumerator();
        using var deletions = ReadFeed(after, last, Deletions, true).GetEnumerator();
        var hasMessage = messages.MoveNext();
        var hasDeletion = deletions.MoveNext();
        while (hasMessage || hasDeletion)
        {
            if (hasMessage && (!hasDeletion || messages.Current.Commit <= deletions.Current.Commit))
            {
                yield return messages.Current;
                hasMessage = messages.MoveNext();
            }
            else
            {
                yield return deletions.Current;
                hasDeletion = deletions.MoveNext();
            }
        }
    }

    private const string MessageChanges = """
        SELECT last_commit, num, id, size, segment, block, idx FROM message
        WHERE (last_commit, num) > (?, ?) AND last_commit <= ? AND state = 1 ORDER BY last_commit, num LIMIT ?
        """;

    private const string Deletions = """
        SELECT t.number, t.ordinal, m.id, 0, NULL, NULL, NULL FROM tombstone t JOIN message m ON m.num = t.message
        WHERE (t.number, t.ordinal) > (?, ?) AND t.number <= ? ORDER BY t.number, t.ordinal LIMIT ?
        """;

    private IEnumerable<FeedChange> ReadFeed(long after, long last, string sql, bool isDeletion) => _pool.ReadPaged<FeedChange>(PageRows, null, (connection, from) =>
    {
        var rows = connection.Prepare(sql).Bind(1, from?.Commit ?? after).Bind(2, from?.Key ?? long.MaxValue).Bind(3, last).Bind(4, PageRows);
        var page = new List<FeedChange>();
        while (rows.Step())
        {
            page.Add(new FeedChange(rows.Integer(0), rows.Integer(1), rows.Id(2), isDeletion, rows.Integer(3), ReadLocation(rows, 4)));
        }

        return page;
    });
}
