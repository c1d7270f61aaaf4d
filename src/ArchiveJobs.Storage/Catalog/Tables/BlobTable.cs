using ArchiveJobs.Core;
using ArchiveJobs.Storage.Segments;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>Blobs, their pieces' places, and which messages need them.</summary>
internal sealed class BlobTable : IDisposable
{
    private readonly Dictionary<ContentId, long> _nums = [];
    private readonly SqliteStatement _add, _find, _addPiece, _addNeed, _removeNeeds, _removePlaces;

    public BlobTable(SqliteConnection connection)
    {
        _add = new(connection, "INSERT OR IGNORE INTO blob (id) VALUES (?)");
        _find = new(connection, "SELECT num FROM blob WHERE id = ?");
        _addPiece = new(connection, """
            INSERT INTO blob_piece (blob, piece, segment, block, idx) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET segment = excluded.segment, block = excluded.block, idx = excluded.idx
            WHERE (segment, block, idx) < (excluded.segment, excluded.block, excluded.idx)
            """);
        _addNeed = new(connection, "INSERT INTO message_blob (message, ordinal, blob) VALUES (?, ?, ?)");
        _removeNeeds = new(connection, "DELETE FROM message_blob WHERE message = ?");
        _removePlaces = new(connection, "DELETE FROM blob_piece WHERE segment = ?");
    }

    public void Locate(EntryKey piece, EntryLocation location) =>
        _addPiece.Bind(1, Num(piece.Id)).Bind(2, piece.Piece)
            .Bind(3, location.Segment.Ordinal).Bind(4, location.BlockOffset).Bind(5, location.Index).Execute();

    public void AddNeeds(long message, IReadOnlyList<ContentId> blobs)
    {
        for (var ordinal = 0; ordinal < blobs.Count; ordinal++)
        {
            _addNeed.Bind(1, message).Bind(2, ordinal).Bind(3, Num(blobs[ordinal])).Execute();
        }
    }

    public void RemoveNeeds(long message) => _removeNeeds.Bind(1, message).Execute();

    public void Retire(long segment) => _removePlaces.Bind(1, segment).Execute();

    public void Forget() => _nums.Clear();

    public void Dispose()
    {
        foreach (var statement in new[] { _add, _find, _addPiece, _addNeed, _removeNeeds, _removePlaces })
        {
            statement.Dispose();
        }
    }

    private long Num(ContentId id)
    {
        if (_nums.TryGetValue(id, out var num))
        {
            return num;
        }

        _add.Bind(1, id).Execute();
        _find.Bind(1, id).Step();
        num = _find.Integer(0);
        _find.Reset();
        _nums.Add(id, num);
        return num;
    }
}
