using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Tests.Catalog;

/// <summary>The catalog's answers worked out in the plainest way: dictionaries, one fact after the other. Written from the document, not from the tables.</summary>
internal sealed class MemoryCatalog
{
    private readonly Dictionary<ContentId, MessageFact> _stated = [];
    private readonly HashSet<ContentId> _deleted = [];
    private readonly HashSet<ContentId> _onHold = [];
    private readonly HashSet<SegmentId> _retired = [];
    private readonly Dictionary<EntryKey, EntryLocation> _locations = [];
    private readonly Dictionary<(FolderKey, uint), Cursor> _cursors = [];
    private readonly Dictionary<(Guid, FolderKey), RunCounters> _counters = [];
    private readonly Dictionary<(Guid, FolderKey, uint), UidSet> _decided = [];

    public void Apply(Commit commit, IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> locations)
    {
        var folders = new List<(FolderKey Folder, uint UidValidity)>();
        foreach (var fact in commit.Facts)
        {
            switch (fact)
            {
                case FolderFact f: folders.Add((f.Folder, f.UidValidity)); Find(folders[^1]); break;
                case MessageFact f when !_deleted.Contains(f.Id): _stated[f.Id] = f; break;
                case PlacementFact f: Place(Find(folders[f.Folder]), f.Uid, f.Message, commit.Number); break;
                case MoveFact f: Move(Find(folders[f.FromFolder]), f.FromUid, Find(folders[f.ToFolder]), f.ToUid, f.Message, commit.Number); break;
                case RenumberFact f: Move(Find(folders[f.FormerFolder]), f.FormerUid, Find(folders[f.Folder]), f.Uid, f.Message, commit.Number); break;
                case GoneFact f: Find(folders[f.Folder]).Gone.UnionWith(f.Uids.Enumerate().Where(Find(folders[f.Folder]).Placements.ContainsKey)); break;
                case DoneFact f: Find(folders[f.Folder]).Done.Add(f.Uids); break;
                case PassFact f: Find(folders[f.Folder]).Pass = f; break;
                case ItemNamesFact f: Name(Find(folders[f.Folder]), f); break;
                case RunFact f: Decide(folders[f.Folder], f); break;
                case TombstoneFact f: _stated.Remove(f.Message); _deleted.Add(f.Message); break;
                case HoldFact f: _ = f.IsHeld ? _onHold.Add(f.Message) : _onHold.Remove(f.Message); break;
            }
        }

        foreach (var (key, location) in locations.Where(l => !_retired.Contains(l.Value.Segment)))
        {
            if (!_locations.TryGetValue(key, out var other) || Compare(other, location) < 0)
            {
                _locations[key] = location;
            }
        }

        foreach (var fact in commit.Facts.OfType<SegmentRetiredFact>())
        {
            _retired.Add(fact.Segment);
            foreach (var key in _locations.Where(l => l.Value.Segment == fact.Segment).Select(l => l.Key).ToList())
            {
                _locations.Remove(key);
            }
        }
    }

    public bool IsHeld(ContentId id) => _stated.ContainsKey(id);

    public bool IsDeleted(ContentId id) => _deleted.Contains(id);

    public bool IsOnHold(ContentId id) => _onHold.Contains(id);

    public EntryLocation? Locate(EntryKey key) => _locations.TryGetValue(key, out var location) ? location : null;

    public long Messages => _stated.Count;

    public long Bytes => _stated.Values.Sum(m => m.Size);

    public UidSet Done(FolderKey folder, uint uidValidity) => Look(folder, uidValidity).Done;

    public UidSet Placed(FolderKey folder, uint uidValidity) => new(Placed(Look(folder, uidValidity)).Select(p => p.Key));

    public UidSet Decided(FolderKey folder, uint uidValidity, Guid run) => _decided.GetValueOrDefault((run, folder, uidValidity), new UidSet());

    public PassFact? Pass(FolderKey folder, uint uidValidity) => Look(folder, uidValidity).Pass;

    public Dictionary<string, uint> Names(FolderKey folder, uint uidValidity) => Look(folder, uidValidity).Names;

    public uint? Former(FolderKey folder, uint uidValidity) => _cursors
        .Where(c => c.Key.Item1 == folder && c.Key.Item2 != uidValidity && Placed(c.Value).Any())
        .OrderByDescending(c => c.Value.PlacedCommit).ThenByDescending(c => c.Value.Order)
        .Select(c => (uint?)c.Key.Item2).FirstOrDefault();

    public RunCounters Counters(Guid run, FolderKey folder) => _counters.GetValueOrDefault((run, folder));

    public (long Placements, long Gone) Count(FolderKey folder)
    {
        var listed = _cursors.Where(c => c.Key.Item1 == folder)
            .SelectMany(c => c.Value.Placements.Where(p => !_deleted.Contains(p.Value)).Select(p => c.Value.Gone.Contains(p.Key))).ToList();
        return (listed.Count, listed.Count(isGone => isGone));
    }

    public IEnumerable<PlacementAddress> Find(ContentId id) => _cursors
        .SelectMany(c => Placed(c.Value).Where(p => p.Value == id).Select(p => new PlacementAddress(c.Key.Item1, c.Key.Item2, p.Key)))
        .OrderBy(p => p.Folder.Path, StringComparer.Ordinal).ThenBy(p => p.UidValidity).ThenBy(p => p.Uid);

    private IEnumerable<KeyValuePair<uint, ContentId>> Placed(Cursor cursor) =>
        cursor.Placements.Where(p => !cursor.Gone.Contains(p.Key) && !_deleted.Contains(p.Value));

    /// <summary>Does not make one: which cursor came up first matters.</summary>
    private Cursor Look(FolderKey folder, uint uidValidity) => _cursors.GetValueOrDefault((folder, uidValidity), new Cursor());

    private Cursor Find((FolderKey, uint) key)
    {
        if (!_cursors.TryGetValue(key, out var cursor))
        {
            _cursors.Add(key, cursor = new Cursor { Order = _cursors.Count });
        }

        return cursor;
    }

    private static void Place(Cursor cursor, uint uid, ContentId message, long commit)
    {
        cursor.Placements[uid] = message;
        cursor.Gone.Remove(uid);
        cursor.Done.Add(uid);
        cursor.PlacedCommit = commit;
    }

    private static void Move(Cursor from, uint fromUid, Cursor to, uint toUid, ContentId message, long commit)
    {
        if (from.Placements.TryGetValue(fromUid, out var there) && there == message)
        {
            from.Placements.Remove(fromUid);
            from.Gone.Remove(fromUid);
        }

        Place(to, toUid, message, commit);
    }

    private static void Name(Cursor cursor, ItemNamesFact fact)
    {
        foreach (var (number, name) in fact.Names)
        {
            cursor.Names.TryAdd(name, number);
        }
    }

    private void Decide((FolderKey Folder, uint UidValidity) key, RunFact f)
    {
        foreach (var done in new[] { f.Archived, f.AlreadyHeld, f.Filtered, f.Quarantined })
        {
            Find(key).Done.Add(done);
        }

        var decided = Decided(key.Folder, key.UidValidity, f.Run);
        _decided[(f.Run, key.Folder, key.UidValidity)] = decided;
        foreach (var set in new[] { f.Archived, f.AlreadyHeld, f.Filtered, f.Quarantined, f.Failed, f.Vanished })
        {
            decided.Add(set);
        }

        _counters[(f.Run, key.Folder)] = Counters(f.Run, key.Folder) + new RunCounters(
            f.Archived.Count, f.AlreadyHeld.Count, f.Filtered.Count, f.Failed.Count, f.Quarantined.Count, f.NewMessages, f.NewBytes, f.Vanished.Count);
    }

    private static int Compare(EntryLocation left, EntryLocation right) =>
        (left.Segment.Ordinal, left.BlockOffset, left.Index).CompareTo((right.Segment.Ordinal, right.BlockOffset, right.Index));

    private sealed class Cursor
    {
        public int Order { get; init; }
        public Dictionary<uint, ContentId> Placements { get; } = [];
        public HashSet<uint> Gone { get; } = [];
        public UidSet Done { get; } = new();
        public PassFact? Pass { get; set; }
        public Dictionary<string, uint> Names { get; } = [];
        public long PlacedCommit { get; set; }
    }
}
