using System.Buffers;
using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>
/// The chunks of UID sets that the present transaction touches. A folder of 370,000 messages read in random order thus rewrites a few
/// kilobytes a batch and not the whole set.
/// </summary>
/// <param name="owner">Column of the row the sets belong to.</param>
/// <param name="part">Column that tells several sets of one owner apart; null where there is one.</param>
internal sealed class UidChunks(SqliteConnection connection, string table, string owner, string? part) : IDisposable
{
    private readonly SqliteStatement _load = new(connection, part is null
        ? $"SELECT uids FROM {table} WHERE {owner} = ? AND chunk = ?"
        : $"SELECT uids FROM {table} WHERE {owner} = ? AND {part} = ? AND chunk = ?");

    private readonly SqliteStatement _save = new(connection, part is null
        ? $"INSERT INTO {table} ({owner}, chunk, uids) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET uids = excluded.uids"
        : $"INSERT INTO {table} ({owner}, {part}, chunk, uids) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET uids = excluded.uids");

    private readonly bool _hasParts = part is not null;
    private readonly Dictionary<(long Owner, int Part, uint Chunk), UidSet> _touched = [];
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <param name="part">0 where an owner has one set.</param>
    public void Add(long owner, int part, UidSet uids)
    {
        foreach (var range in uids.Ranges)
        {
            Add(owner, part, range);
        }
    }

    public void Add(long owner, int part, UidRange range)
    {
        ulong first = range.First;
        while (first <= range.Last)
        {
            var chunk = (uint)(first / UidSetCodec.ChunkNumbers);
            var last = Math.Min(range.Last, LastOf(chunk));
            Chunk(owner, part, chunk).Add(new UidRange((uint)first, last));
            first = (ulong)last + 1;
        }
    }

    /// <summary>Writes what was touched.</summary>
    public void Save()
    {
        foreach (var (key, uids) in _touched)
        {
            var next = BindKey(_save, key);
            _save.Bind(next, UidSetCodec.Encode(uids, FirstOf(key.Chunk), _buffer)).Execute();
        }

        _touched.Clear();
    }

    public void Forget() => _touched.Clear();

    public static void Decode(ReadOnlySpan<byte> bytes, uint chunk, UidSet uids) => UidSetCodec.Decode(bytes, FirstOf(chunk), LastOf(chunk), uids);

    public void Dispose()
    {
        _load.Dispose();
        _save.Dispose();
    }

    private static uint FirstOf(uint chunk) => chunk * UidSetCodec.ChunkNumbers;

    private static uint LastOf(uint chunk) => FirstOf(chunk) + (UidSetCodec.ChunkNumbers - 1);

    private UidSet Chunk(long owner, int part, uint chunk)
    {
        var key = (owner, part, chunk);
        if (_touched.TryGetValue(key, out var uids))
        {
            return uids;
        }

        uids = new UidSet();
        BindKey(_load, key);
        if (_load.Step())
        {
            Decode(_load.Bytes(0), chunk, uids);
            _load.Reset();
        }

        _touched.Add(key, uids);
        return uids;
    }

    private int BindKey(SqliteStatement statement, (long Owner, int Part, uint Chunk) key)
    {
        var next = 1;
        statement.Bind(next++, key.Owner);
        if (_hasParts)
        {
            statement.Bind(next++, key.Part);
        }

        statement.Bind(next++, key.Chunk);
        return next;
    }
}
