using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Model;
using ArchiveJobs.Storage.Catalog.Tables;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>What people ask: lists and descriptions, by EF Core. (Its first query costs a process most of a second: nothing of a run is here.)</summary>
internal sealed partial class CatalogReader
{
    // Parameters of one statement.
    private const int DescribedAtOnce = 256;

    private const int MinPrefixDigits = 4;

    /// <summary>Held messages of these, in the order asked, each time it is asked; placements by mailbox, folder and number, gone ones included.</summary>
    public IReadOnlyList<MessageSummary> Describe(IReadOnlyList<ContentId> ids)
    {
        var summaries = new List<MessageSummary>();
        foreach (var part in ids.Chunk(DescribedAtOnce))
        {
            var described = Query(context => Describe(context, part));
            summaries.AddRange(part.Where(described.ContainsKey).Select(id => described[id]));
        }

        return summaries;
    }

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

    private static Dictionary<ContentId, MessageSummary> Describe(CatalogContext context, ContentId[] ids)
    {
        var messages = context.Messages.Where(m => ids.Contains(m.Id) && m.State == MessageState.Held);
        var placements = messages
            .Join(context.Placements, m => m.Num, p => p.Message, (m, p) => new { m.Id, Row = p })
            .Join(context.Cursors, p => p.Row.Cursor, c => c.Num, (p, c) => new { p.Id, p.Row, c.Folder, c.UidValidity })
            .Join(context.Folders, p => p.Folder, f => f.Num, (p, f) => new { p.Id, p.Row, p.UidValidity, f.Mailbox, f.Path })
            .OrderBy(p => p.Mailbox).ThenBy(p => p.Path).ThenBy(p => p.Row.Cursor).ThenBy(p => p.Row.Uid)
            .AsEnumerable()
            .ToLookup(p => p.Id, p => ToPlacement(p.Id, p.Mailbox, p.Path, p.UidValidity, p.Row));
        return messages
            .Join(context.Envelopes, m => m.Num, e => e.Message, (m, e) => new { m.Id, m.Size, m.FirstCommit, Envelope = e })
            .Join(context.Commits, m => m.FirstCommit, c => c.Number, (m, c) => new { m.Id, m.Size, m.Envelope, c.At })
            .AsEnumerable()
            .ToDictionary(m => m.Id, m => new MessageSummary(
                m.Id, m.Size, ToEnvelope(m.Envelope), DateTimeOffset.FromUnixTimeMilliseconds(m.At), [.. placements[m.Id]]));
    }

    private static MessageEnvelope ToEnvelope(EnvelopeRow row) =>
        new(row.Subject, row.Sender, row.Recipients, row.MessageId, ToDate(row.Date, row.DateOffset));

    private static Placement ToPlacement(ContentId message, string mailbox, string path, uint uidValidity, PlacementRow row) =>
        new(message, mailbox, path, uidValidity, row.Uid, row.Flags, ToDate(row.InternalDate, row.InternalDateOffset), row.IsGone);

    private static DateTimeOffset? ToDate(long? seconds, long? offsetMinutes) => seconds is { } value
        ? DateTimeOffset.FromUnixTimeSeconds(value).ToOffset(TimeSpan.FromMinutes(offsetMinutes ?? 0))
        : null;

    private TResult Query<TResult>(Func<CatalogContext, TResult> query) => _pool.Read(connection =>
    {
        using var context = CatalogContext.Over(connection.Sqlite);
        return query(context);
    });
}
