using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;
using static ArchiveJobs.Storage.Tests.Catalog.TempCatalog;

namespace ArchiveJobs.Storage.Tests.Catalog;

/// <summary>What each kind of fact does to the answers of the writer.</summary>
public sealed class FactTests : IDisposable
{
    private readonly TempCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void An_empty_catalog_knows_nothing()
    {
        var record = _catalog.Read(Inbox);

        Assert.Equal((0, default(ContentId)), _catalog.Writer.Checkpoint);
        Assert.False(_catalog.Writer.IsHeld(Id(1)));
        Assert.Null(_catalog.Writer.Locate(new EntryKey(EntryKind.Message, Id(1), 0)));
        Assert.True(record.Done.IsEmpty && record.Placed.IsEmpty && record.DecidedInRun.IsEmpty);
        Assert.Null(record.LastPass);
        Assert.Null(record.FormerUidValidity);
        Assert.Empty(record.Numbers);
        Assert.Equal(0u, record.MaxNumber);
    }

    [Fact]
    public void A_stated_message_is_held()
    {
        _catalog.Apply(Message(1));

        Assert.True(_catalog.Writer.IsHeld(Id(1)));
        Assert.False(_catalog.Writer.IsHeld(Id(2)));
        Assert.Equal((1, Id(1)), _catalog.Writer.Checkpoint);
    }

    [Fact]
    public void A_placement_is_placed_and_done_in_its_folder_only()
    {
        _catalog.Apply(Folder(0, Inbox), Folder(1, Sent), Message(1), Place(0, 17, 1));

        Assert.Equal(Uids(17), _catalog.Read(Inbox).Placed);
        Assert.Equal(Uids(17), _catalog.Read(Inbox).Done);
        Assert.True(_catalog.Read(Sent).Done.IsEmpty);
        Assert.True(_catalog.Read(Inbox, 2).Done.IsEmpty);
        Assert.Equal(Id(1), _catalog.Writer.FindPlacement(Inbox, 1, 17));
        Assert.Null(_catalog.Writer.FindPlacement(Inbox, 1, 18));
        Assert.Equal([new(Inbox, 1, 17)], _catalog.Writer.FindPlacements(Id(1), Inbox.Account, "ann"));
        Assert.Empty(_catalog.Writer.FindPlacements(Id(1), Inbox.Account, "bob"));
    }

    [Fact]
    public void A_placement_stated_again_takes_the_new_message_and_is_counted_once()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Message(2), Place(0, 5, 1), new GoneFact(0, Uids(5)));
        _catalog.Apply(Folder(0, Inbox), Place(0, 5, 2));

        Assert.Equal(Id(2), _catalog.Writer.FindPlacement(Inbox, 1, 5));
        Assert.Equal(1, _catalog.Reader.ReadStatistics().Placements);
        Assert.Equal([new FolderSummary("ann", "INBOX", 1, 0)], _catalog.Reader.ListFolders());
    }

    [Fact]
    public void Outcomes_of_a_run_are_done_except_failed_and_vanished_ones_and_all_are_decided()
    {
        _catalog.Apply(
            Folder(0, Inbox),
            Decide(0, archived: Uids(1), alreadyHeld: Uids(2), filtered: Uids(3), failed: Uids(4), quarantined: Uids(5), vanished: Uids(6)));

        var record = _catalog.Read(Inbox);

        Assert.Equal("1:3,5", record.Done.ToString());
        Assert.Equal("1:6", record.DecidedInRun.ToString());
        Assert.True(_catalog.Writer.ReadFolder(Inbox, 1, Guid.NewGuid()).DecidedInRun.IsEmpty);
    }

    [Fact]
    public void A_run_decides_over_all_its_commits_and_every_chunk_of_numbers()
    {
        _catalog.Apply(Folder(0, Inbox), Decide(0, archived: Uids(4095, 4294967295)));
        _catalog.Apply(Folder(0, Inbox), Decide(0, alreadyHeld: Uids(4096, 4097)));

        Assert.Equal("4095:4097,4294967295", _catalog.Read(Inbox).DecidedInRun.ToString());
        Assert.Equal("4095:4097,4294967295", _catalog.Read(Inbox).Done.ToString());
    }

    [Fact]
    public void Done_numbers_copied_from_another_store_are_done_and_not_decided()
    {
        _catalog.Apply(Folder(0, Inbox), new DoneFact(0, Uids(7, 8)));

        Assert.Equal("7:8", _catalog.Read(Inbox).Done.ToString());
        Assert.True(_catalog.Read(Inbox).DecidedInRun.IsEmpty);
    }

    [Fact]
    public void Gone_placements_stay_listed_but_are_no_longer_placed()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Message(2), Place(0, 1, 1), Place(0, 2, 2));
        _catalog.Apply(Folder(0, Inbox), new GoneFact(0, Uids(2, 3)));

        Assert.Equal(Uids(1), _catalog.Read(Inbox).Placed);
        Assert.Equal("1:2", _catalog.Read(Inbox).Done.ToString());
        Assert.Null(_catalog.Writer.FindPlacement(Inbox, 1, 2));
        Assert.Empty(_catalog.Writer.FindPlacements(Id(2), Inbox.Account, "ann"));
        Assert.Equal([new FolderSummary("ann", "INBOX", 2, 1)], _catalog.Reader.ListFolders());
        Assert.Equal([false, true], _catalog.Reader.ReadPlacements("ann", "INBOX").Select(p => p.IsGone));
    }

    [Fact]
    public void A_moved_placement_leaves_its_folder_and_both_numbers_stay_done()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 3, 1), new GoneFact(0, Uids(3)));
        _catalog.Apply(Folder(0, Inbox), Folder(1, Sent), new MoveFact(0, 3, 1, 9, Id(1), "", null));

        Assert.Equal([new(Sent, 1, 9)], _catalog.Writer.FindPlacements(Id(1), Inbox.Account, "ann"));
        Assert.Equal(Uids(3), _catalog.Read(Inbox).Done);
        Assert.Equal(Uids(9), _catalog.Read(Sent).Done);
        Assert.Equal([new("ann", "INBOX", 0, 0), new FolderSummary("ann", "Sent", 1, 0)], _catalog.Reader.ListFolders());
        Assert.Single(_catalog.Dump(), line => line.StartsWith("placement_move [2,2,0,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_move_does_not_take_away_the_placement_of_another_message()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Message(2), Place(0, 3, 2));
        _catalog.Apply(Folder(0, Inbox), Folder(1, Sent), new MoveFact(0, 3, 1, 9, Id(1), "", null));

        Assert.Equal(Id(2), _catalog.Writer.FindPlacement(Inbox, 1, 3));
    }

    [Fact]
    public void A_renumbered_folder_is_found_under_its_former_validity_until_the_last_placement_follows()
    {
        _catalog.Apply(Folder(0, Inbox, 10), Message(1), Message(2), Place(0, 1, 1), Place(0, 2, 2));

        Assert.Equal(10u, _catalog.Read(Inbox, 11).FormerUidValidity);
        Assert.Null(_catalog.Read(Inbox, 10).FormerUidValidity);
        Assert.Equal(Uids(2), _catalog.Writer.ReadPlacements(Inbox, 10)[Id(2)]);

        _catalog.Apply(Folder(0, Inbox, 10), Folder(1, Inbox, 11), new RenumberFact(0, 1, 1, 101, Id(1), "", null));

        Assert.Equal(10u, _catalog.Read(Inbox, 11).FormerUidValidity);
        Assert.Equal(Uids(101), _catalog.Read(Inbox, 11).Placed);
        Assert.Equal(Uids(2), _catalog.Read(Inbox, 10).Placed);

        _catalog.Apply(Folder(0, Inbox, 10), new GoneFact(0, Uids(2)));

        Assert.Null(_catalog.Read(Inbox, 11).FormerUidValidity);
    }

    [Fact]
    public void The_former_validity_is_the_one_placed_in_last()
    {
        _catalog.Apply(Folder(0, Inbox, 10), Message(1), Place(0, 1, 1));
        _catalog.Apply(Folder(0, Inbox, 20), Place(0, 1, 1));
        _catalog.Apply(Folder(0, Inbox, 10), Place(0, 2, 1));

        Assert.Equal(10u, _catalog.Read(Inbox, 30).FormerUidValidity);
    }

    [Fact]
    public void Names_keep_the_number_they_got_first()
    {
        _catalog.Apply(Folder(0, Inbox), new ItemNamesFact(0, [new(1, "a"), new(2, "b")]));
        _catalog.Apply(Folder(0, Inbox), new ItemNamesFact(0, [new(9, "a"), new(3, "")]));

        var record = _catalog.Read(Inbox);

        Assert.Equal([new("", 3), new("a", 1), new KeyValuePair<string, uint>("b", 2)], record.Numbers.OrderBy(n => n.Key, StringComparer.Ordinal));
        Assert.Equal(9u, record.MaxNumber);
    }

    [Fact]
    public void The_latest_pass_is_remembered()
    {
        _catalog.Apply(Folder(0, Inbox, 5), new PassFact(0, 8, 2, Uids(1, 2)));
        _catalog.Apply(Folder(0, Inbox, 5), new PassFact(0, 10, 3, Uids(1, 2, 9)));

        var pass = _catalog.Read(Inbox, 5).LastPass;

        Assert.Equal(new FolderStatus(5, 10, 3), pass!.Status);
        Assert.Equal("1:2,9", pass.Present.ToString());
        Assert.Null(_catalog.Read(Inbox, 6).LastPass);
    }

    [Fact]
    public void A_deleted_message_is_not_held_and_listed_nowhere()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1, 100, Id(50)), Message(2), Place(0, 1, 1), Place(0, 2, 2), Place(0, 3, 1), new GoneFact(0, Uids(3)));
        _catalog.Apply(Tombstone(1));

        Assert.False(_catalog.Writer.IsHeld(Id(1)));
        Assert.True(_catalog.Writer.IsDeleted(Id(1)));
        Assert.False(_catalog.Writer.IsDeleted(Id(2)));
        Assert.Null(_catalog.Writer.FindPlacement(Inbox, 1, 1));
        Assert.Equal(Uids(2), _catalog.Read(Inbox).Placed);
        Assert.Equal("1:3", _catalog.Read(Inbox).Done.ToString());
        Assert.Equal([new FolderSummary("ann", "INBOX", 1, 0)], _catalog.Reader.ListFolders());
        Assert.Equal([Id(2)], _catalog.Reader.ReadPlacements("ann", "INBOX").Select(p => p.Message));
        Assert.Equal([Id(2)], _catalog.Reader.Describe([Id(1), Id(2)]).Select(m => m.Id));
        Assert.Null(_catalog.Reader.LocateMessage(Id(1)));
        Assert.Equal((1, 1, 100), (_catalog.Reader.ReadStatistics().Messages, _catalog.Reader.ReadStatistics().Placements, _catalog.Reader.ReadStatistics().MessageBytes));
        Assert.DoesNotContain(_catalog.Dump(), line => line.StartsWith("envelope", StringComparison.Ordinal) && line.Contains(Id(1).ToString(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_deleted_message_stays_deleted_whatever_is_stated_later()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 1, 1));
        _catalog.Apply(Tombstone(1));
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 1, 1), Place(0, 2, 1), Tombstone(1));

        Assert.False(_catalog.Writer.IsHeld(Id(1)));
        Assert.True(_catalog.Read(Inbox).Placed.IsEmpty);
        Assert.Equal("1:2", _catalog.Read(Inbox).Done.ToString());
        Assert.Equal((0, 0, 0), (_catalog.Reader.ReadStatistics().Messages, _catalog.Reader.ReadStatistics().Placements, _catalog.Reader.ReadStatistics().MessageBytes));
        Assert.Equal([new FolderSummary("ann", "INBOX", 0, 0)], _catalog.Reader.ListFolders());
    }

    [Fact]
    public void A_hold_lasts_until_it_is_lifted()
    {
        _catalog.Apply(Message(1), new HoldFact(Id(1), true, "court", Noon, "case 7"));

        Assert.True(_catalog.Writer.IsOnHold(Id(1)));

        _catalog.Apply(new HoldFact(Id(1), false, "court", Noon, "case 7 closed"));

        Assert.False(_catalog.Writer.IsOnHold(Id(1)));
        Assert.Equal(2, _catalog.Dump().Count(line => line.StartsWith("hold ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Known_folders_are_those_with_placements_that_are_not_gone()
    {
        _catalog.Apply(Folder(0, Inbox), Folder(1, Sent), Message(1), Place(0, 1, 1), Place(0, 4, 1), Place(1, 1, 1), new GoneFact(1, Uids(1)));

        var known = Assert.Single(_catalog.Writer.ReadKnownFolders(Inbox.Account, "ann"));

        Assert.Equal(("INBOX", 1u, "1,4"), (known.Path, known.UidValidity, known.Placed.ToString()));
        Assert.Empty(_catalog.Writer.ReadKnownFolders(Inbox.Account, "bob"));
    }
}
