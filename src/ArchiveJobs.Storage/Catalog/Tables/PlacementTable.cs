using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>Placements with the counters that follow them, and their history.</summary>
internal sealed class PlacementTable : IDisposable
{
    private readonly CatalogTotals _totals;
    private readonly CursorTable _cursors;
    private readonly SqliteStatement _add, _find, _remove, _markGone, _markGoneDeleted, _ofMessage, _markDeleted, _addMove;

    public PlacementTable(SqliteConnection connection, CatalogTotals totals, CursorTable cursors)
    {
        _totals = totals;
        _cursors = cursors;
        _add = new(connection, "INSERT OR IGNORE INTO placement VALUES (?, ?, ?, ?, ?, ?, 0, ?)");
        _find = new(connection, "SELECT message, is_gone, is_deleted FROM placement WHERE cursor = ? AND uid = ?");
        _remove = new(connection, "DELETE FROM placement WHERE cursor = ? AND uid = ?");
        _markGone = new(connection, "UPDATE placement SET is_gone = 1 WHERE cursor = ? AND uid BETWEEN ? AND ? AND is_gone = 0 AND is_deleted = 0");
        _markGoneDeleted = new(connection, "UPDATE placement SET is_gone = 1 WHERE cursor = ? AND uid BETWEEN ? AND ? AND is_gone = 0 AND is_deleted = 1");
        _ofMessage = new(connection, "SELECT cursor, is_gone FROM placement WHERE message = ? AND is_deleted = 0");
        _markDeleted = new(connection, "UPDATE placement SET is_deleted = 1 WHERE message = ?");
        _addMove = new(connection, "INSERT INTO placement_move VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    }

    public void Add(CursorCounters cursor, uint uid, KnownMessage message, string flags, DateTimeOffset? internalDate, long commit)
    {
        var isDeleted = message.State == MessageState.Deleted;
        _add.Bind(1, cursor.Num).Bind(2, uid).Bind(3, message.Num).Bind(4, flags)
            .Bind(5, internalDate?.ToUnixTimeSeconds()).Bind(6, (long?)internalDate?.Offset.TotalMinutes).Bind(7, isDeleted);
        if (_add.Execute() == 0)
        {
            Remove(cursor, uid, null);
            _add.Execute();
        }

        Count(cursor, isDeleted ? 0 : 1, 0);
        cursor.PlacedCommit = commit;
        _cursors.Changed(cursor);
        _cursors.AddDone(cursor, uid);
    }

    /// <param name="message">Only if it is the placement of this message; null: of any.</param>
    public void Remove(CursorCounters cursor, uint uid, long? message)
    {
        if (!_find.Bind(1, cursor.Num).Bind(2, uid).Step())
        {
            return;
        }

        var found = _find.Integer(0);
        var isGone = _find.Boolean(1);
        var isDeleted = _find.Boolean(2);
        _find.Reset();
        if (message is not null && message != found)
        {
            return;
        }

        _remove.Bind(1, cursor.Num).Bind(2, uid).Execute();
        if (!isDeleted)
        {
            Count(cursor, -1, isGone ? -1 : 0);
        }
    }

    public void MarkGone(CursorCounters cursor, UidSet uids)
    {
        foreach (var range in uids.Ranges)
        {
            Count(cursor, 0, _markGone.Bind(1, cursor.Num).Bind(2, range.First).Bind(3, range.Last).Execute());
            _markGoneDeleted.Bind(1, cursor.Num).Bind(2, range.First).Bind(3, range.Last).Execute();
        }
    }

    /// <summary>The message was deleted: its placements are listed no more.</summary>
    public void MarkDeleted(long message)
    {
        _ofMessage.Bind(1, message);
        while (_ofMessage.Step())
        {
            Count(_cursors.Read(_ofMessage.Integer(0)), -1, _ofMessage.Boolean(1) ? -1 : 0);
        }

        _markDeleted.Bind(1, message).Execute();
    }

    public void AddMove(long commit, int ordinal, bool isRenumber, CursorCounters from, uint fromUid, CursorCounters to, uint toUid, long message) =>
        _addMove.Bind(1, commit).Bind(2, ordinal).Bind(3, isRenumber).Bind(4, from.Num).Bind(5, fromUid).Bind(6, to.Num).Bind(7, toUid)
            .Bind(8, message).Execute();

    public void Dispose()
    {
        foreach (var statement in new[] { _add, _find, _remove, _markGone, _markGoneDeleted, _ofMessage, _markDeleted, _addMove })
        {
            statement.Dispose();
        }
    }

    private void Count(CursorCounters cursor, int placements, int gone)
    {
        cursor.Placements += placements;
        cursor.Gone += gone;
        _totals.Placements += placements;
        _cursors.Changed(cursor);
    }
}
