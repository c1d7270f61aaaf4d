using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Storage.Catalog.Tables;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>Turns the facts of a commit into rows, as docs/formats/catalog.md, "What facts do", says. Within the caller's transaction.</summary>
internal sealed class FactApplier : IDisposable
{
    private readonly CatalogTotals _totals;
    private readonly CursorTable _cursors;
    private readonly RunTable _runs;
    private readonly BlobTable _blobs;
    private readonly MessageTable _messages;
    private readonly PlacementTable _placements;
    private readonly RecordTable _records;
    private readonly List<CursorCounters> _folders = [];
    private readonly Dictionary<ContentId, EntryLocation> _messagePlaces = [];

    public FactApplier(SqliteConnection connection, CatalogTotals totals)
    {
        _totals = totals;
        _cursors = new(connection);
        _runs = new(connection);
        _blobs = new(connection);
        _messages = new(connection, totals, _blobs);
        _placements = new(connection, totals, _cursors);
        _records = new(connection);
    }

    /// <summary>Before the first commit, and after a transaction that failed: nothing in memory comes from what was rolled back.</summary>
    public void Reload()
    {
        EndTransaction();
        _cursors.Forget();
        _runs.Forget();
        _totals.Load();
        _records.Load();
    }

    public void Apply(AppliedCommit applied)
    {
        var commit = applied.Commit;
        _folders.Clear();
        _records.AddCommit(commit, applied.ChainHash);
        CollectMessagePlaces(applied.Locations);
        for (var ordinal = 0; ordinal < commit.Facts.Count; ordinal++)
        {
            Apply(applied, commit.Facts[ordinal], ordinal);
        }

        ApplyLocations(applied.Locations);
        Retire(commit);
        _totals.Checkpoint = commit.Number;
        _totals.ChainHash = applied.ChainHash;
    }

    /// <summary>Writes what was gathered in memory; the last step of a transaction.</summary>
    public void Save()
    {
        _cursors.Save();
        _runs.Save();
        _totals.Save();
    }

    public void EndTransaction()
    {
        _messages.Forget();
        _blobs.Forget();
        _cursors.Trim();
        _runs.Trim();
    }

    public void Dispose()
    {
        _cursors.Dispose();
        _runs.Dispose();
        _blobs.Dispose();
        _messages.Dispose();
        _placements.Dispose();
        _records.Dispose();
    }

    private void Apply(AppliedCommit applied, Fact fact, int ordinal)
    {
        var commit = applied.Commit.Number;
        switch (fact)
        {
            case FolderFact folder:
                Declare(folder);
                break;
            case MessageFact message:
                State(applied, message);
                break;
            case PlacementFact place:
                _placements.Add(Folder(place.Folder), place.Uid, _messages.Declare(place.Message), place.Flags, place.InternalDate, commit);
                break;
            case MoveFact move:
                Move(commit, ordinal, false, Folder(move.FromFolder), move.FromUid, Folder(move.ToFolder), move.ToUid, move.Message, move.Flags, move.InternalDate);
                break;
            case RenumberFact move:
                Move(commit, ordinal, true, Folder(move.FormerFolder), move.FormerUid, Folder(move.Folder), move.Uid, move.Message, move.Flags, move.InternalDate);
                break;
            case GoneFact gone:
                _placements.MarkGone(Folder(gone.Folder), gone.Uids);
                break;
            case ItemNamesFact names:
                _cursors.AddNames(Folder(names.Folder), names.Names);
                break;
            case DoneFact done:
                _cursors.AddDone(Folder(done.Folder), done.Uids);
                break;
            case PassFact pass:
                _cursors.SetPass(Folder(pass.Folder), commit, pass);
                break;
            case RunFact run:
                Count(Folder(run.Folder), run);
                break;
            case TombstoneFact tombstone:
                Delete(commit, ordinal, tombstone);
                break;
            case HoldFact hold:
                Hold(commit, ordinal, hold);
                break;
            case SegmentSealedFact seal:
                _records.Seal(commit, seal);
                break;
            case SegmentRetiredFact:
                // After the locations: the replacements' entries take over first.
                break;
            default:
                throw new InvalidOperationException($"The catalog does not know the fact {fact.GetType().Name}.");
        }
    }

    private void Declare(FolderFact fact)
    {
        if (fact.Ref != _folders.Count)
        {
            throw new InvalidOperationException($"Folder {fact.Ref} is declared out of order in a commit.");
        }

        _folders.Add(_cursors.Declare(fact.Folder, fact.UidValidity));
    }

    private CursorCounters Folder(int reference) => reference >= 0 && reference < _folders.Count
        ? _folders[reference]
        : throw new InvalidOperationException($"A fact names folder {reference}, which its commit does not declare.");

    private void State(AppliedCommit applied, MessageFact fact)
    {
        EntryLocation? place = _messagePlaces.Remove(fact.Id, out var location) ? location : null;
        _messages.State(fact, applied.Commit.Number, place, applied.Envelopes.GetValueOrDefault(fact.Id, MessageEnvelope.Empty));
    }

    private void Move(
        long commit, int ordinal, bool isRenumber, CursorCounters from, uint fromUid, CursorCounters to, uint toUid, ContentId id, string flags, DateTimeOffset? internalDate)
    {
        var message = _messages.Declare(id);
        _placements.Remove(from, fromUid, message.Num);
        _placements.Add(to, toUid, message, flags, internalDate, commit);
        _placements.AddMove(commit, ordinal, isRenumber, from, fromUid, to, toUid, message.Num);
    }

    private void Count(CursorCounters cursor, RunFact run)
    {
        _runs.Add(cursor.Num, run);
        _cursors.AddDone(cursor, run.Archived);
        _cursors.AddDone(cursor, run.AlreadyHeld);
        _cursors.AddDone(cursor, run.Filtered);
        _cursors.AddDone(cursor, run.Quarantined);
    }

    private void Delete(long commit, int ordinal, TombstoneFact fact)
    {
        var before = _messages.Delete(fact.Message);
        if (before.State != MessageState.Deleted)
        {
            _placements.MarkDeleted(before.Num);
        }

        _records.AddTombstone(commit, ordinal, before.Num, fact);
    }

    private void Hold(long commit, int ordinal, HoldFact fact)
    {
        var message = _messages.Declare(fact.Message);
        _messages.SetHold(message.Num, fact.IsHeld);
        _records.AddHold(commit, ordinal, message.Num, fact);
    }

    /// <summary>A new message's place goes into its row when that is inserted; changing the row afterwards would cost two more index updates.</summary>
    private void CollectMessagePlaces(IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> locations)
    {
        _messagePlaces.Clear();
        foreach (var (key, location) in locations)
        {
            if (key.Kind == EntryKind.Message && !_records.IsRetired(location.Segment.Ordinal)
                && (!_messagePlaces.TryGetValue(key.Id, out var other) || Precedes(other, location)))
            {
                _messagePlaces[key.Id] = location;
            }
        }
    }

    private void ApplyLocations(IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> locations)
    {
        foreach (var (id, location) in _messagePlaces)
        {
            _messages.Locate(id, location);
        }

        foreach (var (key, location) in locations)
        {
            if (key.Kind == EntryKind.Blob && !_records.IsRetired(location.Segment.Ordinal))
            {
                _blobs.Locate(key, location);
            }
        }
    }

    private void Retire(Commit commit)
    {
        foreach (var fact in commit.Facts)
        {
            if (fact is SegmentRetiredFact retired)
            {
                _records.Retire(commit.Number, retired);
                _messages.Retire(retired.Segment.Ordinal);
                _blobs.Retire(retired.Segment.Ordinal);
            }
        }
    }

    private static bool Precedes(EntryLocation left, EntryLocation right) =>
        (left.Segment.Ordinal, left.BlockOffset, left.Index).CompareTo((right.Segment.Ordinal, right.BlockOffset, right.Index)) < 0;
}
