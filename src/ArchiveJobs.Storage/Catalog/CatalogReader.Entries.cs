using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog.Reading;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>Where entries lie, and who needs them.</summary>
internal sealed partial class CatalogReader
{
    /// <summary>What is needed to put a message together; null when it is not held.</summary>
    public MessageEntries? LocateMessage(ContentId message) => _pool.Read(connection =>
    {
        var row = connection.Prepare("SELECT num, size, is_raw, segment, block, idx FROM message WHERE id = ? AND state = 1").Bind(1, message);
        if (!row.Step())
        {
            return null;
        }

        var num = row.Integer(0);
        var (size, isRaw, entry) = (row.Integer(1), row.Boolean(2), ReadLocation(row, 3));
        row.Reset();
        return new MessageEntries(message, size, isRaw, entry, ReadBlobs(connection, num));
    });

    /// <summary>Places of a blob's pieces; no pieces when it is unknown or lost.</summary>
    public BlobPieces LocateBlob(ContentId blob) => _pool.Read(connection =>
    {
        var rows = connection.Prepare("""
            SELECT p.piece, p.segment, p.block, p.idx FROM blob b JOIN blob_piece p ON p.blob = b.num WHERE b.id = ? ORDER BY p.piece
            """).Bind(1, blob);
        var pieces = new List<KeyValuePair<uint, EntryLocation>>();
        while (rows.Step())
        {
            pieces.Add(new((uint)rows.Integer(0), ReadLocation(rows, 1)!.Value));
        }

        return new BlobPieces(blob, pieces);
    });

    /// <summary>
    /// Every message that is held at the time of the call, once, in the order of their entries. Messages whose entry is lost are not in it
    /// (<see cref="ReadMessagesWithoutEntry"/>).
    /// </summary>
    public IEnumerable<LocatedMessage> ReadInStoreOrder()
    {
        var newest = ReadLargestNum();
        // Compaction may move an entry behind the place reached while this goes on: one bit a message keeps it from coming twice.
        var given = new System.Collections.BitArray(checked((int)(newest + 1)));
        foreach (var message in _pool.ReadPaged<LocatedMessage>(PageRows, null, ReadStoreOrderPage))
        {
            if (message.Num <= newest && !given[(int)message.Num])
            {
                given[(int)message.Num] = true;
                yield return message;
            }
        }
    }

    /// <summary>Ids of held messages whose entry, or one of whose blobs, lies in no unretired segment.</summary>
    public IEnumerable<ContentId> ReadMessagesWithoutEntry() => _pool.ReadPaged<NumberedId>(PageRows, null, (connection, last) =>
    {
        var rows = connection.Prepare("""
            SELECT m.num, m.id FROM message m
            WHERE m.num > ? AND m.state = 1 AND (m.segment IS NULL OR EXISTS (
                SELECT 1 FROM message_blob n WHERE n.message = m.num AND NOT EXISTS (SELECT 1 FROM blob_piece p WHERE p.blob = n.blob)))
            ORDER BY m.num LIMIT ?
            """).Bind(1, last?.Num ?? 0).Bind(2, PageRows);
        var page = new List<NumberedId>();
        while (rows.Step())
        {
            page.Add(new NumberedId(rows.Integer(0), rows.Id(1)));
        }

        return page;
    }).Select(row => row.Id);

    /// <summary>The entries whose location lies in this segment, in their order.</summary>
    public IEnumerable<PlacedEntry> ReadEntries(SegmentId segment) => _pool.ReadPaged<PlacedEntry>(PageRows, null, (connection, last) =>
    {
        var rows = connection.Prepare("""
            SELECT 1, id, 0, segment, block, idx, state = 1 FROM message WHERE segment = ?1 AND (block, idx) > (?2, ?3)
            UNION ALL
            SELECT 2, b.id, p.piece, p.segment, p.block, p.idx, EXISTS (SELECT 1 FROM message_blob n WHERE n.blob = p.blob)
            FROM blob_piece p JOIN blob b ON b.num = p.blob WHERE p.segment = ?1 AND (p.block, p.idx) > (?2, ?3)
            ORDER BY 5, 6 LIMIT ?4
            """).Bind(1, segment.Ordinal).Bind(2, last?.Location.BlockOffset ?? -1).Bind(3, last?.Location.Index ?? -1).Bind(4, PageRows);
        var page = new List<PlacedEntry>();
        while (rows.Step())
        {
            var key = new EntryKey((EntryKind)rows.Integer(0), rows.Id(1), (uint)rows.Integer(2));
            page.Add(new PlacedEntry(key, ReadLocation(rows, 3)!.Value, rows.Boolean(6)));
        }

        return page;
    });

    /// <summary>Ids of held messages that need an entry of this block, each once.</summary>
    public IReadOnlyList<ContentId> ReadMessagesOfBlock(SegmentId segment, long block) => _pool.Read(connection =>
    {
        var rows = connection.Prepare("""
            SELECT id FROM message WHERE segment = ?1 AND block = ?2 AND state = 1
            UNION
            SELECT m.id FROM blob_piece p JOIN message_blob n ON n.blob = p.blob JOIN message m ON m.num = n.message
            WHERE p.segment = ?1 AND p.block = ?2 AND m.state = 1
            """).Bind(1, segment.Ordinal).Bind(2, block);
        var ids = new List<ContentId>();
        while (rows.Step())
        {
            ids.Add(rows.Id(0));
        }

        return ids;
    });

    private static List<BlobPieces> ReadBlobs(ReaderConnection connection, long message)
    {
        var rows = connection.Prepare("""
            SELECT n.ordinal, b.id, p.piece, p.segment, p.block, p.idx
            FROM message_blob n JOIN blob b ON b.num = n.blob LEFT JOIN blob_piece p ON p.blob = n.blob
            WHERE n.message = ? ORDER BY n.ordinal, p.piece
            """).Bind(1, message);
        var blobs = new List<BlobPieces>();
        List<KeyValuePair<uint, EntryLocation>> pieces = [];
        while (rows.Step())
        {
            if (rows.Integer(0) == blobs.Count)
            {
                pieces = [];
                blobs.Add(new BlobPieces(rows.Id(1), pieces));
            }

            if (ReadLocation(rows, 3) is { } location)
            {
                pieces.Add(new((uint)rows.Integer(2), location));
            }
        }

        return blobs;
    }

    private static List<LocatedMessage> ReadStoreOrderPage(ReaderConnection connection, LocatedMessage? last)
    {
        var rows = connection.Prepare("""
            SELECT num, id, size, segment, block, idx FROM message
            WHERE (segment, block, idx) > (?, ?, ?) AND state = 1 ORDER BY segment, block, idx LIMIT ?
            """)
            .Bind(1, last?.Location.Segment.Ordinal ?? -1).Bind(2, last?.Location.BlockOffset ?? 0).Bind(3, last?.Location.Index ?? 0).Bind(4, PageRows);
        var page = new List<LocatedMessage>();
        while (rows.Step())
        {
            page.Add(new LocatedMessage(rows.Integer(0), rows.Id(1), rows.Integer(2), ReadLocation(rows, 3)!.Value));
        }

        return page;
    }

    private long ReadLargestNum() => _pool.Read(connection =>
    {
        var rows = connection.Prepare("SELECT coalesce(max(num), 0) FROM message");
        rows.Step();
        var num = rows.Integer(0);
        rows.Reset();
        return num;
    });

    private sealed record NumberedId(long Num, ContentId Id);
}
