using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Reading;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>What lists and search results show of a message.</summary>
internal sealed partial class CatalogReader
{
    /// <summary>Held messages of these, in the order asked, each time it is asked; placements by mailbox, folder and number, gone ones included.</summary>
    public IReadOnlyList<MessageSummary> Describe(IReadOnlyList<ContentId> ids) => _pool.Read(connection =>
    {
        var summaries = new List<MessageSummary>();
        foreach (var id in ids)
        {
            if (Describe(connection, id) is { } summary)
            {
                summaries.Add(summary);
            }
        }

        return summaries;
    });

    private static MessageSummary? Describe(ReaderConnection connection, ContentId id)
    {
        var row = connection.Prepare("""
            SELECT m.num, m.size, c.at, e.subject, e.sender, e.recipients, e.message_id, e.date, e.date_offset
            FROM message m JOIN envelope e ON e.message = m.num JOIN applied_commit c ON c.number = m.first_commit
            WHERE m.id = ? AND m.state = 1
            """).Bind(1, id);
        if (!row.Step())
        {
            return null;
        }

        var num = row.Integer(0);
        var envelope = new MessageEnvelope(row.Text(3), row.Text(4), row.Text(5), row.Text(6), ReadDate(row, 7));
        var (size, archivedAt) = (row.Integer(1), DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(2)));
        row.Reset();
        return new MessageSummary(id, size, envelope, archivedAt, ReadPlacementsOf(connection, num, id));
    }

    private static List<Placement> ReadPlacementsOf(ReaderConnection connection, long message, ContentId id)
    {
        var rows = connection.Prepare("""
            SELECT f.mailbox, f.path, c.uid_validity, p.uid, p.flags, p.internal_date, p.internal_date_offset, p.is_gone
            FROM placement p JOIN cursor c ON c.num = p.cursor JOIN folder f ON f.num = c.folder
            WHERE p.message = ? AND p.is_deleted = 0 ORDER BY f.mailbox, f.path, c.num, p.uid
            """).Bind(1, message);
        var placements = new List<Placement>();
        while (rows.Step())
        {
            placements.Add(new Placement(
                id, rows.Text(0), rows.Text(1), (uint)rows.Integer(2), (uint)rows.Integer(3), rows.Text(4), ReadDate(rows, 5), rows.Boolean(7)));
        }

        return placements;
    }

    /// <summary>Seconds since 1970 and, in the next column, minutes of the offset.</summary>
    private static DateTimeOffset? ReadDate(SqliteStatement row, int column) => row.IsNull(column)
        ? null
        : DateTimeOffset.FromUnixTimeSeconds(row.Integer(column)).ToOffset(TimeSpan.FromMinutes(row.Integer(column + 1)));
}
