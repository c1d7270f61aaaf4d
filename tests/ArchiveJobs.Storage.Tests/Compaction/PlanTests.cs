using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Compaction;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Tests.Compaction;

public sealed class PlanTests
{
    private const long Target = 100_000;
    private const long FooterBytes = 1000;

    [Fact]
    public void Segments_from_the_share_on_are_rewritten_and_those_below_are_not()
    {
        var groups = Make([Segment(1, dead: 39), Segment(2, dead: 40), Segment(3, dead: 100), Segment(4, dead: 0)]);

        Assert.Equal([2u, 3u], Assert.Single(groups));
    }

    [Fact]
    public void Eight_small_ones_go_together_and_seven_stay()
    {
        var seven = Enumerable.Range(1, 7).Select(i => Segment((uint)i, dead: 0, length: 9000)).ToList();

        Assert.Empty(Make(seven));
        Assert.Equal(8, Assert.Single(Make([.. seven, Segment(8, dead: 0, length: 9000)])).Count);
    }

    [Fact]
    public void What_an_old_key_wrote_is_rewritten_even_if_all_of_it_is_needed()
    {
        var groups = Make([Segment(1, dead: 0, key: 1), Segment(2, dead: 0, key: 2)], keyVersion: 2);

        Assert.Equal([1u], Assert.Single(groups));
    }

    [Fact]
    public void A_replacement_stays_near_the_target_and_what_gives_most_back_comes_first()
    {
        // 60 % of 94,904 bytes of blocks and a footer of 1,000 are 57,942: two of them pass 100,000. With three of 10,490 it is 89,412, from four times the target.
        var groups = Make([Segment(1, dead: 40), Segment(2, dead: 40), Segment(3, dead: 90), Segment(4, dead: 90), Segment(5, dead: 90)]);

        Assert.Equal([[2u, 3u, 4u, 5u], [1u]], groups);
    }

    [Fact]
    public void A_segment_without_entries_is_no_reason_to_rewrite_it()
    {
        Assert.Empty(Make([Segment(1, dead: 0) with { Entries = 0, EntryBytes = 0, LiveBytes = 0 }]));
    }

    private static List<List<uint>> Make(IReadOnlyList<SegmentMeasure> measures, uint keyVersion = 1) =>
        [.. CompactionPlan.Make(measures, new CompactionOptions(), Target, keyVersion).Select(group => group.Select(measure => measure.State.Id.Number).ToList())];

    private static SegmentMeasure Segment(uint number, int dead, long length = Target, uint key = 1)
    {
        var id = new SegmentId(1, number);
        var header = new SegmentHeader(Guid.Empty, Guid.Empty, id, key, 0, default, 0);
        var trailer = new SegmentTrailer(length - FooterBytes, length, 1, 1, default, 1, 1, default);
        return new SegmentMeasure(new SegmentState(id, "", header, trailer, length, true, true, long.MaxValue, []), 100, 1000, 1000 - (dead * 10));
    }
}
