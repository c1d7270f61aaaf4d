using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>A cursor's counters while a transaction changes them.</summary>
internal sealed class CursorCounters(long num)
{
    public long Num { get; } = num;

    /// <summary>Of messages not deleted, gone ones included.</summary>
    public long Placements { get; set; }

    public long Gone { get; set; }
    public long PlacedCommit { get; set; }
    public uint MaxNumber { get; set; }
}

/// <summary>Folders, cursors, item names, passes and done sets.</summary>
internal sealed class CursorTable : IDisposable
{
    // Rows kept between transactions; about 300 bytes each with their names.
    private const int MaxCached = 4096;

    private readonly Dictionary<(FolderKey Folder, uint UidValidity), CursorCounters> _byName = [];
    private readonly Dictionary<long, CursorCounters> _byNum = [];
    private readonly HashSet<CursorCounters> _changed = [];
    private readonly UidChunks _done;
    private readonly SqliteStatement _addFolder, _findFolder, _addCursor, _findCursor, _loadCursor, _saveCursor, _savePass, _addName;

    public CursorTable(SqliteConnection connection)
    {
        _done = new(connection, "done_uids", "cursor", null);
        _findFolder = new(connection, "SELECT num FROM folder WHERE account = ? AND mailbox = ? AND path = ?");
        _addFolder = new(connection, "INSERT INTO folder (account, mailbox, path) VALUES (?, ?, ?) RETURNING num");
        _findCursor = new(connection, "SELECT num FROM cursor WHERE folder = ? AND uid_validity = ?");
        _addCursor = new(connection, "INSERT INTO cursor VALUES (NULL, ?, ?, 0, 0, 0, 0, 0, 0, 0, x'') RETURNING num");
        _loadCursor = new(connection, "SELECT placements, gone, placed_commit, max_number FROM cursor WHERE num = ?");
        _saveCursor = new(connection, "UPDATE cursor SET placements = ?, gone = ?, placed_commit = ?, max_number = ? WHERE num = ?");
        _savePass = new(connection, "UPDATE cursor SET pass_commit = ?, pass_uid_next = ?, pass_messages = ?, pass_present = ? WHERE num = ?");
        _addName = new(connection, "INSERT OR IGNORE INTO item_name (cursor, name, number) VALUES (?, ?, ?)");
    }

    /// <summary>The cursor's row, made if it is new. The caller says <see cref="Changed"/> when it changes counters.</summary>
    public CursorCounters Declare(FolderKey folder, uint uidValidity)
    {
        if (_byName.TryGetValue((folder, uidValidity), out var row))
        {
            return row;
        }

        var folderNum = FindOrAdd(
            _findFolder.Bind(1, folder.Account).Bind(2, folder.Mailbox).Bind(3, folder.Path),
            () => _addFolder.Bind(1, folder.Account).Bind(2, folder.Mailbox).Bind(3, folder.Path));
        var num = FindOrAdd(
            _findCursor.Bind(1, folderNum).Bind(2, uidValidity),
            () => _addCursor.Bind(1, folderNum).Bind(2, uidValidity));
        row = Read(num);
        _byName.Add((folder, uidValidity), row);
        return row;
    }

    public CursorCounters Read(long num)
    {
        if (_byNum.TryGetValue(num, out var row))
        {
            return row;
        }

        row = new CursorCounters(num);
        if (!_loadCursor.Bind(1, num).Step())
        {
            throw new CatalogCorruptException("A placement in the catalog names a cursor that is not there.");
        }

        row.Placements = _loadCursor.Integer(0);
        row.Gone = _loadCursor.Integer(1);
        row.PlacedCommit = _loadCursor.Integer(2);
        row.MaxNumber = (uint)_loadCursor.Integer(3);
        _loadCursor.Reset();
        _byNum.Add(num, row);
        return row;
    }

    public void Changed(CursorCounters row) => _changed.Add(row);

    public void AddDone(CursorCounters row, UidSet uids) => _done.Add(row.Num, 0, uids);

    public void AddDone(CursorCounters row, uint uid) => _done.Add(row.Num, 0, new UidRange(uid, uid));

    public void SetPass(CursorCounters row, long commit, PassFact fact) =>
        _savePass.Bind(1, commit).Bind(2, fact.UidNext).Bind(3, fact.Messages).Bind(4, UidSetCodec.Encode(fact.Present)).Bind(5, row.Num).Execute();

    public void AddNames(CursorCounters row, IReadOnlyList<KeyValuePair<uint, string>> names)
    {
        foreach (var (number, name) in names)
        {
            _addName.Bind(1, row.Num).Bind(2, name).Bind(3, number).Execute();
            row.MaxNumber = Math.Max(row.MaxNumber, number);
        }

        Changed(row);
    }

    public void Save()
    {
        foreach (var row in _changed)
        {
            _saveCursor.Bind(1, row.Placements).Bind(2, row.Gone).Bind(3, row.PlacedCommit).Bind(4, row.MaxNumber).Bind(5, row.Num).Execute();
        }

        _changed.Clear();
        _done.Save();
    }

    /// <summary>After a commit of the transaction: keeps the cache within its bound.</summary>
    public void Trim()
    {
        if (_byNum.Count > MaxCached)
        {
            Forget();
        }
    }

    public void Forget()
    {
        _byName.Clear();
        _byNum.Clear();
        _changed.Clear();
        _done.Forget();
    }

    public void Dispose()
    {
        _done.Dispose();
        foreach (var statement in new[] { _addFolder, _findFolder, _addCursor, _findCursor, _loadCursor, _saveCursor, _savePass, _addName })
        {
            statement.Dispose();
        }
    }

    private static long FindOrAdd(SqliteStatement find, Func<SqliteStatement> add)
    {
        var statement = find.Step() ? find : add();
        if (!ReferenceEquals(statement, find))
        {
            statement.Step();
        }

        var num = statement.Integer(0);
        statement.Reset();
        return num;
    }
}
