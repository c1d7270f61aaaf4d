using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Reading;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>
/// Reads one catalog beside its writer; sees what was applied before the call. Thread-safe. Sequences are read page by page and hold no connection
/// between pages: what changes meanwhile may or may not be in them.
/// </summary>
/// <remarks>Every method throws <see cref="CatalogCorruptException"/> when the file is damaged.</remarks>
internal sealed partial class CatalogReader(string path) : IDisposable
{
    private const int PageRows = 1000;

    private readonly ReaderPool _pool = new(path);

    public (long Number, ContentId ChainHash) ReadCheckpoint() => _pool.Read(c => c.Lookups.ReadCheckpoint());

    public bool IsHeld(ContentId message) => _pool.Read(c => c.Lookups.IsHeld(message));

    public bool IsDeleted(ContentId message) => _pool.Read(c => c.Lookups.IsDeleted(message));

    public bool IsOnHold(ContentId message) => _pool.Read(c => c.Lookups.IsOnHold(message));

    public EntryLocation? Locate(EntryKey entry) => _pool.Read(c => c.Lookups.Locate(entry));

    public FolderRecord ReadFolder(FolderKey folder, uint uidValidity, Guid run) => _pool.Read(c => c.Lookups.ReadFolder(folder, uidValidity, run));

    public ContentId? FindPlacement(FolderKey folder, uint uidValidity, uint uid) => _pool.Read(c => c.Lookups.FindPlacement(folder, uidValidity, uid));

    public IReadOnlyList<PlacementAddress> FindPlacements(ContentId message, string account, string mailbox) =>
        _pool.Read(c => c.Lookups.FindPlacements(message, account, mailbox));

    public IReadOnlyDictionary<ContentId, UidSet> ReadPlacements(FolderKey folder, uint uidValidity) =>
        _pool.Read(c => c.Lookups.ReadPlacements(folder, uidValidity));

    public IReadOnlyList<KnownFolder> ReadKnownFolders(string account, string mailbox) => _pool.Read(c => c.Lookups.ReadKnownFolders(account, mailbox));

    public CatalogStatistics ReadStatistics() => _pool.Read(connection =>
    {
        var row = connection.Prepare("SELECT messages, placements, message_bytes, checkpoint, chain_hash FROM meta WHERE num = 1");
        row.Step();
        var statistics = new CatalogStatistics(row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Id(4));
        row.Reset();
        return statistics;
    });

    /// <summary>What a run did, by folder; folders by account, mailbox and path. A folder under two UIDVALIDITYs is one.</summary>
    public RunBalance ReadBalance(Guid run) => _pool.Read(connection =>
    {
        var rows = connection.Prepare("""
            SELECT f.account, f.mailbox, f.path, sum(r.archived), sum(r.already_held), sum(r.filtered), sum(r.failed), sum(r.quarantined),
                sum(r.new_messages), sum(r.new_bytes), sum(r.vanished)
            FROM run_folder r JOIN cursor c ON c.num = r.cursor JOIN folder f ON f.num = c.folder
            WHERE r.run = ? GROUP BY f.num ORDER BY f.account, f.mailbox, f.path
            """).Bind(1, run);
        var folders = new List<FolderBalance>();
        while (rows.Step())
        {
            var counters = new RunCounters(
                rows.Integer(3), rows.Integer(4), rows.Integer(5), rows.Integer(6), rows.Integer(7), rows.Integer(8), rows.Integer(9), rows.Integer(10));
            folders.Add(new FolderBalance(new FolderKey(rows.Text(0), rows.Text(1), rows.Text(2)), counters));
        }

        return new RunBalance(folders);
    });

    /// <summary>All cursors with done numbers, names and latest passes.</summary>
    public IEnumerable<CursorRecord> ReadCursors() => _pool.ReadPaged<CursorRecord>(CursorPageRows, null, (connection, last) =>
    {
        var rows = connection.Prepare("""
            SELECT c.num, f.account, f.mailbox, f.path, c.uid_validity FROM cursor c JOIN folder f ON f.num = c.folder
            WHERE c.num > ? ORDER BY c.num LIMIT ?
            """).Bind(1, last?.Num ?? 0).Bind(2, CursorPageRows);
        var page = new List<CursorRecord>();
        while (rows.Step())
        {
            var folder = new FolderKey(rows.Text(1), rows.Text(2), rows.Text(3));
            var uidValidity = (uint)rows.Integer(4);
            page.Add(new CursorRecord(rows.Integer(0), folder, uidValidity, connection.Lookups.ReadFolder(folder, uidValidity, Guid.Empty)));
        }

        return page;
    });

    /// <summary>Segments that facts name, retired ones included, in their order.</summary>
    public IReadOnlyList<SegmentRecord> ReadSegments() => _pool.Read(connection =>
    {
        var rows = connection.Prepare("SELECT ordinal, sha256, sealed_commit, retired_commit FROM segment ORDER BY ordinal");
        var segments = new List<SegmentRecord>();
        while (rows.Step())
        {
            segments.Add(new SegmentRecord(
                SegmentId.FromOrdinal(rows.Integer(0)), rows.IsNull(1) ? null : rows.Id(1),
                rows.IsNull(2) ? null : rows.Integer(2), rows.IsNull(3) ? null : rows.Integer(3)));
        }

        return segments;
    });

    public void Dispose() => _pool.Dispose();

    private const int CursorPageRows = 50; // each may bring a set of a folder of 370,000 messages

    private static EntryLocation? ReadLocation(SqliteStatement rows, int column) => rows.IsNull(column)
        ? null
        : new EntryLocation(SegmentId.FromOrdinal(rows.Integer(column)), rows.Integer(column + 1), (int)rows.Integer(column + 2));
}
