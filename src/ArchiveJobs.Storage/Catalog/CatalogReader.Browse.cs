using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Model;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>What people ask: by EF Core. Its first query costs a process most of a second: nothing of a run or a search is here.</summary>
internal sealed partial class CatalogReader
{
    private const int MinPrefixDigits = 4;

    /// <summary>Ids of held messages that begin with these hexadecimal digits, in their order; nothing for other characters or fewer than 4 digits.</summary>
    public IReadOnlyList<ContentId> Find(string hexPrefix, int limit)
    {
        if (hexPrefix.Length is < MinPrefixDigits or > ContentId.Bytes * 2
            || !ContentId.TryParse(hexPrefix.PadRight(ContentId.Bytes * 2, '0'), out var first)
            || !ContentId.TryParse(hexPrefix.PadRight(ContentId.Bytes * 2, 'f'), out var last))
        {
            return [];
        }

        var (from, to) = (first.ToArray(), last.ToArray());
        return Query(context => context.Messages
            .FromSql($"SELECT * FROM message WHERE id BETWEEN {from} AND {to} AND state = 1 ORDER BY id LIMIT {limit}")
            .OrderBy(m => m.Id)
            .Select(m => m.Id)
            .ToList());
    }

    /// <summary>All folders by mailbox and path; one that several accounts or UIDVALIDITYs fill is one. Placements include the gone ones.</summary>
    public IReadOnlyList<FolderSummary> ListFolders() => Query(context => context.Folders
        .Join(context.Cursors, f => f.Num, c => c.Folder, (f, c) => new { f.Mailbox, f.Path, c.Placements, c.Gone })
        .GroupBy(row => new { row.Mailbox, row.Path })
        .OrderBy(group => group.Key.Mailbox).ThenBy(group => group.Key.Path)
        .Select(group => new FolderSummary(group.Key.Mailbox, group.Key.Path, group.Sum(row => row.Placements), group.Sum(row => row.Gone)))
        .ToList());

    private TResult Query<TResult>(Func<CatalogContext, TResult> query) => _pool.Read(connection =>
    {
        using var context = CatalogContext.Over(connection.Sqlite);
        return query(context);
    });
}
