using ArchiveJobs.Core;
using ArchiveJobs.Storage.Facts;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Tables;

/// <summary>Rows that are only added: commits, tombstones, holds; and what facts say of segments.</summary>
internal sealed class RecordTable : IDisposable
{
    private readonly HashSet<long> _retired = [];
    private readonly SqliteStatement _addCommit, _addTombstone, _addHold, _seal, _retire, _readRetired;

    public RecordTable(SqliteConnection connection)
    {
        _addCommit = new(connection, "INSERT INTO applied_commit VALUES (?, ?, ?)");
        _addTombstone = new(connection, "INSERT INTO tombstone VALUES (?, ?, ?, ?, ?, ?)");
        _addHold = new(connection, "INSERT INTO hold VALUES (?, ?, ?, ?, ?, ?, ?)");
        _seal = new(connection, """
            INSERT INTO segment (ordinal, sha256, sealed_commit) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET sha256 = excluded.sha256, sealed_commit = coalesce(sealed_commit, excluded.sealed_commit)
            """);
        _retire = new(connection, """
            INSERT INTO segment (ordinal, retired_commit) VALUES (?, ?)
            ON CONFLICT DO UPDATE SET retired_commit = coalesce(retired_commit, excluded.retired_commit)
            """);
        _readRetired = new(connection, "SELECT ordinal FROM segment WHERE retired_commit IS NOT NULL");
    }

    public void AddCommit(Commit commit, ContentId chainHash) =>
        _addCommit.Bind(1, commit.Number).Bind(2, commit.At.ToUnixTimeMilliseconds()).Bind(3, chainHash).Execute();

    public void AddTombstone(long commit, int ordinal, long message, TombstoneFact fact) =>
        _addTombstone.Bind(1, commit).Bind(2, ordinal).Bind(3, message).Bind(4, fact.Who).Bind(5, fact.When.ToUnixTimeMilliseconds())
            .Bind(6, fact.Reason).Execute();

    public void AddHold(long commit, int ordinal, long message, HoldFact fact) =>
        _addHold.Bind(1, commit).Bind(2, ordinal).Bind(3, message).Bind(4, fact.IsHeld).Bind(5, fact.Who)
            .Bind(6, fact.When.ToUnixTimeMilliseconds()).Bind(7, fact.Reason).Execute();

    public void Seal(long commit, SegmentSealedFact fact) =>
        _seal.Bind(1, fact.Segment.Ordinal).Bind(2, fact.Sha256).Bind(3, commit).Execute();

    public void Retire(long commit, SegmentRetiredFact fact)
    {
        _retire.Bind(1, fact.Segment.Ordinal).Bind(2, commit).Execute();
        _retired.Add(fact.Segment.Ordinal);
        foreach (var replacement in fact.Replacements)
        {
            Seal(commit, replacement);
        }
    }

    public bool IsRetired(long segment) => _retired.Contains(segment);

    public void Load()
    {
        _retired.Clear();
        while (_readRetired.Step())
        {
            _retired.Add(_readRetired.Integer(0));
        }
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _addCommit, _addTombstone, _addHold, _seal, _retire, _readRetired })
        {
            statement.Dispose();
        }
    }
}
