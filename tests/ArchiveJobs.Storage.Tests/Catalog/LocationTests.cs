using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;
using static ArchiveJobs.Storage.Tests.Catalog.TempCatalog;

namespace ArchiveJobs.Storage.Tests.Catalog;

public sealed class LocationTests : IDisposable
{
    private readonly TempCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void An_entry_is_found_where_its_commit_put_it()
    {
        _catalog.Apply([Message(1, 100, Id(50))], MessageAt(1, At(1, 4096, 2)), BlobAt(50, 0, At(1, 8192, 0)), BlobAt(50, 1, At(1, 9000, 0)));

        var entries = _catalog.Reader.LocateMessage(Id(1));

        Assert.Equal(At(1, 4096, 2), _catalog.Writer.Locate(new(EntryKind.Message, Id(1), 0)));
        Assert.Equal(At(1, 9000, 0), _catalog.Writer.Locate(new(EntryKind.Blob, Id(50), 1)));
        Assert.Null(_catalog.Writer.Locate(new(EntryKind.Blob, Id(50), 2)));
        Assert.Null(_catalog.Writer.Locate(new(EntryKind.Blob, Id(1), 0)));
        Assert.Equal((100, false, At(1, 4096, 2)), (entries!.Size, entries.IsRaw, entries.Entry));
        Assert.Equal(Id(50), Assert.Single(entries.Blobs).Id);
        Assert.Equal([new(0, At(1, 8192, 0)), new KeyValuePair<uint, EntryLocation>(1, At(1, 9000, 0))], entries.Blobs[0].Pieces);
    }

    [Fact]
    public void Of_two_copies_the_one_in_the_highest_segment_counts_in_whatever_order_they_come()
    {
        _catalog.Apply([Message(1), Message(2)], MessageAt(1, At(2, 10, 0)), MessageAt(2, At(1, 10, 0)), BlobAt(50, 0, At(2, 20, 0)), BlobAt(51, 0, At(1, 20, 0)));
        _catalog.Apply([], MessageAt(1, At(1, 99, 0)), MessageAt(2, At(2, 99, 0)), BlobAt(50, 0, At(1, 99, 0)), BlobAt(51, 0, At(2, 99, 0)));

        Assert.Equal(At(2, 10, 0), _catalog.Writer.Locate(new(EntryKind.Message, Id(1), 0)));
        Assert.Equal(At(2, 99, 0), _catalog.Writer.Locate(new(EntryKind.Message, Id(2), 0)));
        Assert.Equal(At(2, 20, 0), _catalog.Writer.Locate(new(EntryKind.Blob, Id(50), 0)));
        Assert.Equal(At(2, 99, 0), _catalog.Writer.Locate(new(EntryKind.Blob, Id(51), 0)));
    }

    [Fact]
    public void A_place_told_before_the_message_is_stated_is_kept()
    {
        _catalog.Apply([], MessageAt(1, At(1, 10, 0)));

        Assert.False(_catalog.Writer.IsHeld(Id(1)));

        _catalog.Apply(Message(1));

        Assert.Equal(At(1, 10, 0), _catalog.Reader.LocateMessage(Id(1))!.Entry);
    }

    [Fact]
    public void Retiring_a_segment_moves_its_live_entries_and_forgets_the_dead_ones()
    {
        _catalog.Apply([Message(1, 1, Id(50)), Message(2)], MessageAt(1, At(1, 10, 0)), MessageAt(2, At(1, 10, 1)), BlobAt(50, 0, At(1, 20, 0)), BlobAt(51, 0, At(1, 20, 1)));
        _catalog.Apply(Tombstone(2));
        _catalog.Apply(
            [new SegmentRetiredFact(new SegmentId(1, 1), [new SegmentSealedFact(new SegmentId(1, 9), Id(900))])],
            MessageAt(1, At(9, 11, 0)), BlobAt(50, 0, At(9, 21, 0)));

        Assert.Equal(At(9, 11, 0), _catalog.Writer.Locate(new(EntryKind.Message, Id(1), 0)));
        Assert.Null(_catalog.Writer.Locate(new(EntryKind.Message, Id(2), 0)));
        Assert.Equal(At(9, 21, 0), _catalog.Writer.Locate(new(EntryKind.Blob, Id(50), 0)));
        Assert.Null(_catalog.Writer.Locate(new(EntryKind.Blob, Id(51), 0)));
        Assert.Equal([(1u, (long?)3, false), (9u, null, true)], _catalog.Reader.ReadSegments().Select(s => (s.Segment.Number, s.RetiredCommit, s.Sha256 == Id(900))));
    }

    [Fact]
    public void A_copy_in_a_retired_segment_is_not_used_also_after_opening_again()
    {
        _catalog.Apply([Message(1)], MessageAt(1, At(1, 10, 0)));
        _catalog.Apply([new SegmentRetiredFact(new SegmentId(1, 7), [])]);
        _catalog.Reopen(Identity);
        _catalog.Apply([], MessageAt(1, At(7, 10, 0)), BlobAt(50, 0, At(7, 10, 1)));

        Assert.Equal(At(1, 10, 0), _catalog.Writer.Locate(new(EntryKind.Message, Id(1), 0)));
        Assert.Null(_catalog.Writer.Locate(new(EntryKind.Blob, Id(50), 0)));
    }

    [Fact]
    public void Messages_whose_entry_or_blob_lies_nowhere_are_named()
    {
        _catalog.Apply([Message(1, 1, Id(50)), Message(2), Message(3, 1, Id(51))], MessageAt(1, At(1, 10, 0)), MessageAt(3, At(1, 10, 1)), BlobAt(50, 0, At(1, 20, 0)));

        Assert.Equal([Id(2), Id(3)], _catalog.Reader.ReadMessagesWithoutEntry());
    }

    [Fact]
    public void A_damaged_block_names_the_messages_that_need_it_whole_or_in_part()
    {
        _catalog.Apply(
            [Message(1, 1, Id(50)), Message(2, 1, Id(50)), Message(3, 1, Id(51)), Message(4, 1, Id(50))],
            MessageAt(1, At(1, 10, 0)), MessageAt(2, At(1, 11, 0)), MessageAt(3, At(1, 12, 0)), BlobAt(50, 0, At(1, 12, 1)));
        _catalog.Apply(Tombstone(4));

        Assert.Equal(new[] { Id(1), Id(2), Id(3) }.Order(), _catalog.Reader.ReadMessagesOfBlock(new SegmentId(1, 1), 12).Order());
        Assert.Empty(_catalog.Reader.ReadMessagesOfBlock(new SegmentId(1, 2), 12));
    }

    [Fact]
    public void Entries_of_a_segment_come_in_their_order_and_tell_who_is_alive()
    {
        _catalog.Apply(
            [Message(1, 1, Id(50)), Message(2, 1, Id(51))],
            MessageAt(1, At(1, 30, 0)), MessageAt(2, At(1, 10, 0)), BlobAt(50, 0, At(1, 20, 0)), BlobAt(51, 3, At(1, 30, 1)), BlobAt(50, 1, At(2, 0, 0)));
        _catalog.Apply(Tombstone(2));

        var entries = _catalog.Reader.ReadEntries(new SegmentId(1, 1)).ToList();

        Assert.Equal([(10, 0), (20, 0), (30, 0), (30, 1)], entries.Select(e => ((int)e.Location.BlockOffset, e.Location.Index)));
        Assert.Equal([false, true, true, false], entries.Select(e => e.IsLive));
        Assert.Equal(new EntryKey(EntryKind.Blob, Id(51), 3), entries[3].Key);
    }
}
