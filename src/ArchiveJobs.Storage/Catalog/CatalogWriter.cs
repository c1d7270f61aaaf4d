using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Tables;
using ArchiveJobs.Storage.Segments;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>Applies commits to one catalog. Made by <see cref="CatalogFile"/>; one thread at a time.</summary>
internal sealed class CatalogWriter : ICatalogWriter
{
    private readonly SqliteConnection _connection;
    private readonly CatalogTotals _totals;
    private readonly FactApplier _applier;
    private readonly CatalogLookups _lookups;
    private readonly SqliteStatement _begin, _commit, _look;
    private bool _isLooking;

    /// <param name="connection">Of a catalog that was found good; ownership goes over.</param>
    public CatalogWriter(SqliteConnection connection)
    {
        _connection = connection;
        _totals = new CatalogTotals(connection);
        _applier = new FactApplier(connection, _totals);
        _lookups = new CatalogLookups(connection);
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");
        _look = new SqliteStatement(connection, "BEGIN");
        try
        {
            _applier.Reload();
        }
        catch (ArchiveException)
        {
            // Statements left open would keep hold of the file, which is to be moved aside.
            Dispose();
            throw;
        }
    }

    public (long Number, ContentId ChainHash) Checkpoint => (_totals.Checkpoint, _totals.ChainHash);

    /// <exception cref="ArgumentException">A number does not follow the one before.</exception>
    /// <exception cref="CatalogCorruptException">The file is damaged: make it again.</exception>
    /// <exception cref="ArchiveException">No room, or no permission; may be tried again.</exception>
    public void Apply(IReadOnlyList<AppliedCommit> commits)
    {
        EndLook();
        _begin.Execute();
        var isCommitted = false;
        try
        {
            foreach (var applied in commits)
            {
                if (applied.Commit.Number != _totals.Checkpoint + 1)
                {
                    throw new ArgumentException($"Commit {applied.Commit.Number} does not follow commit {_totals.Checkpoint}.", nameof(commits));
                }

                _applier.Apply(applied);
            }

            _applier.Save();
            // Crash before this line: nothing of it is there, the store applies the commits again.
            _commit.Execute();
            isCommitted = true;
        }
        finally
        {
            EndTransaction(isCommitted);
        }
    }

    /// <summary>
    /// The questions of one batch share a read transaction, which ends where the batch is applied: each question of its own would take and release
    /// SQLite's file locks. What it sees cannot grow old, for nobody else writes.
    /// </summary>
    public MessageState StateOf(ContentId message)
    {
        if (!_isLooking)
        {
            _look.Execute();
            _isLooking = true;
        }

        return _lookups.StateOf(message);
    }

    public bool IsHeld(ContentId message) => _lookups.IsHeld(message);

    public bool IsDeleted(ContentId message) => _lookups.IsDeleted(message);

    public bool IsOnHold(ContentId message) => _lookups.IsOnHold(message);

    public EntryLocation? Locate(EntryKey entry) => _lookups.Locate(entry);

    public FolderRecord ReadFolder(FolderKey folder, uint uidValidity, Guid run) => _lookups.ReadFolder(folder, uidValidity, run);

    public ContentId? FindPlacement(FolderKey folder, uint uidValidity, uint uid) => _lookups.FindPlacement(folder, uidValidity, uid);

    public IReadOnlyList<PlacementAddress> FindPlacements(ContentId message, string account, string mailbox) =>
        _lookups.FindPlacements(message, account, mailbox);

    public IReadOnlyDictionary<ContentId, UidSet> ReadPlacements(FolderKey folder, uint uidValidity) => _lookups.ReadPlacements(folder, uidValidity);

    public IReadOnlyList<KnownFolder> ReadKnownFolders(string account, string mailbox) => _lookups.ReadKnownFolders(account, mailbox);

    public void ReleaseMemory()
    {
        EndLook();
        _connection.Execute("PRAGMA shrink_memory");
    }

    public void Dispose()
    {
        _applier.Dispose();
        _lookups.Dispose();
        _totals.Dispose();
        _begin.Dispose();
        _commit.Dispose();
        _look.Dispose();
        _connection.Dispose();
    }

    private void EndLook()
    {
        if (_isLooking)
        {
            _isLooking = false;
            _commit.Execute();
        }
    }

    private void EndTransaction(bool isCommitted)
    {
        if (isCommitted)
        {
            _applier.EndTransaction();
            return;
        }

        // SQLite rolls back by itself after some errors (disk full, for one).
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _connection.Execute("ROLLBACK");
        }

        _applier.Reload();
    }
}
