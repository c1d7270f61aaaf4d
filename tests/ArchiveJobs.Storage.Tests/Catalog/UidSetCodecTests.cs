using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog;

namespace ArchiveJobs.Storage.Tests.Catalog;

public sealed class UidSetCodecTests
{
    // Worked out by hand from docs/formats/catalog.md, "UID sets".
    [Theory]
    [InlineData("", "")]
    [InlineData("1", "0100")]
    [InlineData("1:3,5", "010200" + "00")]
    [InlineData("1:370000", "01" + "CFCA16")]
    [InlineData("127,129", "7F00" + "0000")]
    [InlineData("128,300:301", "800100" + "AA0101")]
    [InlineData("4294967295", "FFFFFFFF0F" + "00")]
    public void Ranges_are_written_as_deltas(string set, string hex)
    {
        var uids = Parse(set);

        Assert.Equal(hex, Convert.ToHexString(UidSetCodec.Encode(uids)));
        Assert.Equal(uids, UidSetCodec.Decode(Convert.FromHexString(hex)));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("8080808080808000")]
    [InlineData("FFFFFFFF1F00")]
    [InlineData("FFFFFFFF0F01")]
    public void What_no_set_gives_is_refused(string hex)
    {
        Assert.Throws<CatalogCorruptException>(() => UidSetCodec.Decode(Convert.FromHexString(hex)));
    }

    [Fact]
    public void Any_set_is_read_back_as_it_was()
    {
        var random = new Random(20260314);
        for (var round = 0; round < 500; round++)
        {
            var most = 1u << random.Next(1, 32);
            var uids = new UidSet(Enumerable.Range(0, random.Next(200)).Select(_ => (uint)random.NextInt64(1, most + 1L)));

            Assert.Equal(uids, UidSetCodec.Decode(UidSetCodec.Encode(uids)));
        }
    }

    private static UidSet Parse(string set)
    {
        var uids = new UidSet();
        foreach (var part in set.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split(':');
            uids.Add(new UidRange(uint.Parse(ends[0], null), uint.Parse(ends[^1], null)));
        }

        return uids;
    }
}
