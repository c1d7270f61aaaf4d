using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Tables;
using ArchiveJobs.Storage.Segments;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>
/// The questions of a run, by prepared statements on one connection; the writer and the readers ask the same ones. One thread at a time.
/// A run in a fresh process thus never waits for EF Core's model.
/// </summary>
internal sealed class CatalogLookups : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _checkpoint, _message, _locateMessage, _locateBlob, _cursor, _done, _placed, _decided, _former, _names;
    private readonly SqliteStatement _placement, _placementsOf, _placements, _knownCursors;

    public CatalogLookups(SqliteConnection connection)
    {
        SqliteStatement New(string sql)
        {
            var statement = new SqliteStatement(connection, sql);
            _statements.Add(statement);
            return statement;
        }

        _checkpoint = New("SELECT checkpoint, chain_hash FROM meta WHERE num = 1");
        _message = New("SELECT state, is_on_hold FROM message WHERE id = ?");
        _locateMessage = New("SELECT segment, block, idx FROM message WHERE id = ? AND segment IS NOT NULL");
        _locateBlob = New("SELECT segment, block, idx FROM blob_piece WHERE blob = (SELECT num FROM blob WHERE id = ?) AND piece = ?");
        _cursor = New("""
            SELECT c.num, c.pass_commit, c.pass_uid_next, c.pass_messages, c.pass_present, c.max_number
            FROM cursor c JOIN folder f ON f.num = c.folder
            WHERE f.account = ? AND f.mailbox = ? AND f.path = ? AND c.uid_validity = ?
            """);
        _former = New("""
            SELECT c.uid_validity FROM cursor c JOIN folder f ON f.num = c.folder
            WHERE f.account = ? AND f.mailbox = ? AND f.path = ? AND c.uid_validity <> ? AND c.placements > c.gone
            ORDER BY c.placed_commit DESC, c.num DESC LIMIT 1
            """);
        _done = New("SELECT chunk, uids FROM done_uids WHERE cursor = ? ORDER BY chunk");
        _placed = New("SELECT uid, is_deleted FROM placement WHERE cursor = ? AND is_gone = 0 ORDER BY uid");
        _decided = New("""
            SELECT u.chunk, u.uids FROM run_folder r JOIN run_uids u ON u.run_folder = r.num WHERE r.run = ? AND r.cursor = ?
            """);
        _names = New("SELECT name, number FROM item_name WHERE cursor = ?");
        _placement = New("""
            SELECT m.id FROM placement p JOIN message m ON m.num = p.message
            WHERE p.cursor = ? AND p.uid = ? AND p.is_gone = 0 AND p.is_deleted = 0
            """);
        _placementsOf = New("""
            SELECT f.path, c.uid_validity, p.uid
            FROM message m JOIN placement p ON p.message = m.num JOIN cursor c ON c.num = p.cursor JOIN folder f ON f.num = c.folder
            WHERE m.id = ? AND f.account = ? AND f.mailbox = ? AND p.is_gone = 0 AND p.is_deleted = 0
            ORDER BY f.path, c.uid_validity, p.uid
            """);
        _placements = New("""
            SELECT m.id, p.uid FROM placement p JOIN message m ON m.num = p.message
            WHERE p.cursor = ? AND p.is_gone = 0 AND p.is_deleted = 0 ORDER BY p.uid
            """);
        _knownCursors = New("""
            SELECT f.path, c.uid_validity, c.num FROM folder f JOIN cursor c ON c.folder = f.num
            WHERE f.account = ? AND f.mailbox = ? AND c.placements > c.gone ORDER BY f.path, c.uid_validity
            """);
    }

    public (long Number, ContentId ChainHash) ReadCheckpoint()
    {
        _checkpoint.Step();
        var result = (_checkpoint.Integer(0), _checkpoint.Id(1));
        _checkpoint.Reset();
        return result;
    }

    public MessageState StateOf(ContentId message) => ReadState(message).State;

    public bool IsHeld(ContentId message) => StateOf(message) == MessageState.Held;

    public bool IsDeleted(ContentId message) => StateOf(message) == MessageState.Deleted;

    public bool IsOnHold(ContentId message) => ReadState(message).IsOnHold;

    public EntryLocation? Locate(EntryKey entry)
    {
        var statement = entry.Kind == EntryKind.Message ? _locateMessage.Bind(1, entry.Id) : _locateBlob.Bind(1, entry.Id).Bind(2, entry.Piece);
        EntryLocation? location = null;
        if (statement.Step())
        {
            location = new EntryLocation(SegmentId.FromOrdinal(statement.Integer(0)), statement.Integer(1), (int)statement.Integer(2));
            statement.Reset();
        }

        return location;
    }

    /// <param name="run">Empty: nothing is decided.</param>
    public FolderRecord ReadFolder(FolderKey folder, uint uidValidity, Guid run)
    {
        var former = ReadFormer(folder, uidValidity);
        if (!BindFolder(_cursor, folder).Bind(4, uidValidity).Step())
        {
            return new FolderRecord(new UidSet(), new UidSet(), new UidSet(), new UidSet(), null, former, new Dictionary<string, uint>(), 0);
        }

        var cursor = _cursor.Integer(0);
        var pass = _cursor.Integer(1) == 0 ? null : new FolderPass(
            new FolderStatus(uidValidity, (uint)_cursor.Integer(2), _cursor.Integer(3)), UidSetCodec.Decode(_cursor.Bytes(4)));
        var maxNumber = (uint)_cursor.Integer(5);
        _cursor.Reset();
        var (placed, deleted) = ReadPlaced(cursor);
        return new FolderRecord(
            ReadChunks(_done.Bind(1, cursor)), placed, deleted, ReadChunks(_decided.Bind(1, run).Bind(2, cursor)), pass, former, ReadNames(cursor), maxNumber);
    }

    public ContentId? FindPlacement(FolderKey folder, uint uidValidity, uint uid)
    {
        if (FindCursor(folder, uidValidity) is not { } cursor || !_placement.Bind(1, cursor).Bind(2, uid).Step())
        {
            return null;
        }

        var id = _placement.Id(0);
        _placement.Reset();
        return id;
    }

    public IReadOnlyList<PlacementAddress> FindPlacements(ContentId message, string account, string mailbox)
    {
        var found = new List<PlacementAddress>();
        _placementsOf.Bind(1, message).Bind(2, account).Bind(3, mailbox);
        while (_placementsOf.Step())
        {
            var folder = new FolderKey(account, mailbox, _placementsOf.Text(0));
            found.Add(new PlacementAddress(folder, (uint)_placementsOf.Integer(1), (uint)_placementsOf.Integer(2)));
        }

        return found;
    }

    public IReadOnlyDictionary<ContentId, UidSet> ReadPlacements(FolderKey folder, uint uidValidity)
    {
        var found = new Dictionary<ContentId, UidSet>();
        if (FindCursor(folder, uidValidity) is not { } cursor)
        {
            return found;
        }

        _placements.Bind(1, cursor);
        while (_placements.Step())
        {
            var id = _placements.Id(0);
            if (!found.TryGetValue(id, out var uids))
            {
                found.Add(id, uids = new UidSet());
            }

            uids.Add((uint)_placements.Integer(1));
        }

        return found;
    }

    public IReadOnlyList<KnownFolder> ReadKnownFolders(string account, string mailbox)
    {
        var cursors = new List<(string Path, uint UidValidity, long Cursor)>();
        _knownCursors.Bind(1, account).Bind(2, mailbox);
        while (_knownCursors.Step())
        {
            cursors.Add((_knownCursors.Text(0), (uint)_knownCursors.Integer(1), _knownCursors.Integer(2)));
        }

        return cursors.ConvertAll(c => new KnownFolder(c.Path, c.UidValidity, ReadPlaced(c.Cursor).Placed));
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }
    }

    private (MessageState State, bool IsOnHold) ReadState(ContentId message)
    {
        if (!_message.Bind(1, message).Step())
        {
            return (MessageState.Unstated, false);
        }

        var state = ((MessageState)_message.Integer(0), _message.Boolean(1));
        _message.Reset();
        return state;
    }

    private long? FindCursor(FolderKey folder, uint uidValidity)
    {
        if (!BindFolder(_cursor, folder).Bind(4, uidValidity).Step())
        {
            return null;
        }

        var cursor = _cursor.Integer(0);
        _cursor.Reset();
        return cursor;
    }

    private uint? ReadFormer(FolderKey folder, uint uidValidity)
    {
        if (!BindFolder(_former, folder).Bind(4, uidValidity).Step())
        {
            return null;
        }

        var former = (uint)_former.Integer(0);
        _former.Reset();
        return former;
    }

    private (UidSet Placed, UidSet Deleted) ReadPlaced(long cursor)
    {
        var (placed, deleted) = (new UidSet(), new UidSet());
        _placed.Bind(1, cursor);
        while (_placed.Step())
        {
            (_placed.Boolean(1) ? deleted : placed).Add((uint)_placed.Integer(0));
        }

        return (placed, deleted);
    }

    private Dictionary<string, uint> ReadNames(long cursor)
    {
        var names = new Dictionary<string, uint>();
        _names.Bind(1, cursor);
        while (_names.Step())
        {
            names.Add(_names.Text(0), (uint)_names.Integer(1));
        }

        return names;
    }

    private static UidSet ReadChunks(SqliteStatement statement)
    {
        var uids = new UidSet();
        while (statement.Step())
        {
            UidChunks.Decode(statement.Bytes(1), (uint)statement.Integer(0), uids);
        }

        return uids;
    }

    private static SqliteStatement BindFolder(SqliteStatement statement, FolderKey folder) =>
        statement.Bind(1, folder.Account).Bind(2, folder.Mailbox).Bind(3, folder.Path);
}
