using ArchiveJobs.Core;
using ArchiveJobs.Storage.Facts;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>What runs did in folders: counters and sets by outcome.</summary>
internal sealed class RunTable : IDisposable
{
    private const int MaxCached = 4096;

    private readonly Dictionary<(Guid Run, long Cursor), long> _nums = [];
    private readonly UidChunks _uids;
    private readonly SqliteStatement _find, _add, _count;

    public RunTable(SqliteConnection connection)
    {
        _uids = new(connection, "run_uids", "run_folder", "outcome");
        _find = new(connection, "SELECT num FROM run_folder WHERE run = ? AND cursor = ?");
        _add = new(connection, "INSERT INTO run_folder VALUES (NULL, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0) RETURNING num");
        _count = new(connection, """
            UPDATE run_folder SET archived = archived + ?, already_held = already_held + ?, filtered = filtered + ?, failed = failed + ?,
                quarantined = quarantined + ?, vanished = vanished + ?, new_messages = new_messages + ?, new_bytes = new_bytes + ?
            WHERE num = ?
            """);
    }

    public void Add(long cursor, RunFact fact)
    {
        var num = Find(fact.Run, cursor);
        UidSet[] sets = [fact.Archived, fact.AlreadyHeld, fact.Filtered, fact.Failed, fact.Quarantined, fact.Vanished];
        for (var outcome = 0; outcome < sets.Length; outcome++)
        {
            _uids.Add(num, outcome, sets[outcome]);
            _count.Bind(outcome + 1, sets[outcome].Count);
        }

        _count.Bind(7, fact.NewMessages).Bind(8, fact.NewBytes).Bind(9, num).Execute();
    }

    public void Save() => _uids.Save();

    public void Trim()
    {
        if (_nums.Count > MaxCached)
        {
            Forget();
        }
    }

    public void Forget()
    {
        _nums.Clear();
        _uids.Forget();
    }

    public void Dispose()
    {
        _uids.Dispose();
        _find.Dispose();
        _add.Dispose();
        _count.Dispose();
    }

    private long Find(Guid run, long cursor)
    {
        if (_nums.TryGetValue((run, cursor), out var num))
        {
            return num;
        }

        var statement = _find.Bind(1, run).Bind(2, cursor).Step() ? _find : _add.Bind(1, run).Bind(2, cursor);
        if (ReferenceEquals(statement, _add))
        {
            _add.Step();
        }

        num = statement.Integer(0);
        statement.Reset();
        _nums.Add((run, cursor), num);
        return num;
    }
}
