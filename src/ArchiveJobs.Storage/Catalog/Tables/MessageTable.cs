using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>message.state</summary>
internal enum MessageState
{
    /// <summary>Located or named by a fact, but never stated.</summary>
    Unstated = 0,

    Held = 1,
    Deleted = 2,
}

internal readonly record struct KnownMessage(long Num, MessageState State, long Size);

/// <summary>Messages, their envelopes and their entries' places.</summary>
internal sealed class MessageTable : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly CatalogTotals _totals;
    private readonly BlobTable _blobs;
    private readonly Dictionary<ContentId, KnownMessage> _rows = [];
    private readonly SqliteStatement _add, _find, _state, _locate, _delete, _setHold, _addEnvelope, _removeEnvelope, _removePlaces;

    public MessageTable(SqliteConnection connection, CatalogTotals totals, BlobTable blobs)
    {
        _connection = connection;
        _totals = totals;
        _blobs = blobs;
        _add = new(connection, "INSERT OR IGNORE INTO message VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?5, 0, ?6, ?7, ?8)");
        _find = new(connection, "SELECT num, state, size FROM message WHERE id = ?");
        _state = new(connection, """
            UPDATE message SET state = 1, size = ?2, is_raw = ?3, last_commit = ?4, first_commit = CASE first_commit WHEN 0 THEN ?4 ELSE first_commit END
            WHERE num = ?1
            """);
        _locate = new(connection, """
            UPDATE message SET segment = ?2, block = ?3, idx = ?4
            WHERE num = ?1 AND (segment IS NULL OR (segment, block, idx) < (?2, ?3, ?4))
            """);
        _delete = new(connection, "UPDATE message SET state = 2 WHERE num = ?");
        _setHold = new(connection, "UPDATE message SET is_on_hold = ? WHERE num = ?");
        _addEnvelope = new(connection, "INSERT OR REPLACE INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?)");
        _removeEnvelope = new(connection, "DELETE FROM envelope WHERE message = ?");
        _removePlaces = new(connection, "UPDATE message SET segment = NULL, block = NULL, idx = NULL WHERE segment = ?");
    }

    /// <summary>The row of this id, made in state Unstated if it is new.</summary>
    public KnownMessage Declare(ContentId id)
    {
        if (_rows.TryGetValue(id, out var row))
        {
            return row;
        }

        if (!TryInsert(id, 0, false, MessageState.Unstated, 0, null, out row))
        {
            row = Find(id);
        }

        _rows.Add(id, row);
        return row;
    }

    /// <param name="location">Of its entry, when this commit's blocks hold it.</param>
    public void State(MessageFact fact, long commit, EntryLocation? location, MessageEnvelope envelope)
    {
        if (!_rows.TryGetValue(fact.Id, out var row))
        {
            if (TryInsert(fact.Id, fact.Size, fact.IsRaw, MessageState.Held, commit, location, out row))
            {
                _rows.Add(fact.Id, row);
                Count(row, 1);
                _blobs.AddNeeds(row.Num, fact.Blobs);
                AddEnvelope(row.Num, envelope);
                return;
            }

            row = Find(fact.Id);
        }

        StateAgain(row, fact, commit, location, envelope);
    }

    public void Locate(ContentId id, EntryLocation location) => Locate(Declare(id).Num, location);

    /// <returns>The row as it was before.</returns>
    public KnownMessage Delete(ContentId id)
    {
        var row = Declare(id);
        if (row.State == MessageState.Deleted)
        {
            return row;
        }

        if (row.State == MessageState.Held)
        {
            Count(row, -1);
        }

        _delete.Bind(1, row.Num).Execute();
        _removeEnvelope.Bind(1, row.Num).Execute();
        _blobs.RemoveNeeds(row.Num);
        _rows[id] = row with { State = MessageState.Deleted };
        return row;
    }

    public void SetHold(long num, bool isOnHold) => _setHold.Bind(1, isOnHold).Bind(2, num).Execute();

    public void Retire(long segment) => _removePlaces.Bind(1, segment).Execute();

    public void Forget() => _rows.Clear();

    public void Dispose()
    {
        foreach (var statement in new[] { _add, _find, _state, _locate, _delete, _setHold, _addEnvelope, _removeEnvelope, _removePlaces })
        {
            statement.Dispose();
        }
    }

    private void StateAgain(KnownMessage row, MessageFact fact, long commit, EntryLocation? location, MessageEnvelope envelope)
    {
        if (location is { } place)
        {
            Locate(row.Num, place);
        }

        // What was deleted stays deleted, whatever is stated later.
        if (row.State == MessageState.Deleted)
        {
            return;
        }

        if (row.State == MessageState.Held)
        {
            Count(row, -1);
            _blobs.RemoveNeeds(row.Num);
        }

        row = row with { State = MessageState.Held, Size = fact.Size };
        _state.Bind(1, row.Num).Bind(2, fact.Size).Bind(3, fact.IsRaw).Bind(4, commit).Execute();
        _rows[fact.Id] = row;
        Count(row, 1);
        _blobs.AddNeeds(row.Num, fact.Blobs);
        AddEnvelope(row.Num, envelope);
    }

    private void Count(KnownMessage row, int sign)
    {
        _totals.Messages += sign;
        _totals.MessageBytes += sign * row.Size;
    }

    private bool TryInsert(ContentId id, long size, bool isRaw, MessageState state, long commit, EntryLocation? location, out KnownMessage row)
    {
        _add.Bind(1, id).Bind(2, size).Bind(3, isRaw).Bind(4, (long)state).Bind(5, commit)
            .Bind(6, location?.Segment.Ordinal).Bind(7, location?.BlockOffset).Bind(8, location?.Index);
        var isNew = _add.Execute() == 1;
        row = isNew ? new KnownMessage(raw.sqlite3_last_insert_rowid(_connection.Handle), state, size) : default;
        return isNew;
    }

    private KnownMessage Find(ContentId id)
    {
        _find.Bind(1, id).Step();
        var row = new KnownMessage(_find.Integer(0), (MessageState)_find.Integer(1), _find.Integer(2));
        _find.Reset();
        return row;
    }

    private void Locate(long num, EntryLocation location) =>
        _locate.Bind(1, num).Bind(2, location.Segment.Ordinal).Bind(3, location.BlockOffset).Bind(4, location.Index).Execute();

    private void AddEnvelope(long num, MessageEnvelope envelope) =>
        _addEnvelope.Bind(1, num).Bind(2, envelope.Subject).Bind(3, envelope.From).Bind(4, envelope.To).Bind(5, envelope.MessageId)
            .Bind(6, envelope.Date?.ToUnixTimeSeconds()).Bind(7, (long?)envelope.Date?.Offset.TotalMinutes).Execute();
}
