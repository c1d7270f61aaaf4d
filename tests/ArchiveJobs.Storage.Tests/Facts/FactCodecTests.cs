using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Tests.Facts;

public sealed class FactCodecTests
{
    private static readonly ContentId Id = ContentId.Of("a"u8);
    private static readonly DateTimeOffset Date = new(2026, 3, 3, 9, 41, 0, TimeSpan.FromHours(9));

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, Facts.Count)];

    private static IReadOnlyList<Fact> Facts =>
    [
        new FolderFact(1, new FolderKey("imap://a@b:143", "anna", "下書き/2026"), uint.MaxValue),
        new MessageFact(Id, int.MaxValue, true, [Id, ContentId.Of("b"u8)]),
        new PlacementFact(0, uint.MaxValue, Id, "\\Seen $Forwarded", Date),
        new PlacementFact(0, 1, Id, "", null),
        new MoveFact(0, 3, 0, 4, Id, "", Date),
        new GoneFact(0, new UidSet([1, 2, 3, 9, uint.MaxValue])),
        new RenumberFact(0, 3, 0, 4, Id, "", Date.ToOffset(TimeSpan.FromHours(-11))),
        new ItemNamesFact(0, [new(1, "UIDL-1"), new(2, "")]),
        new DoneFact(0, new UidSet()),
        new PassFact(0, 17, -1, new UidSet([5])),
        new RunFact(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), 0, new UidSet([1]), new UidSet([2]), new UidSet([3]), new UidSet([4]), new UidSet([5]), new UidSet([6]), 1, 99),
        new TombstoneFact(Id, "admin", Date, "asked for by its owner"),
        new HoldFact(Id, true, "admin", Date, "case 7"),
        new SegmentSealedFact(new SegmentId(3, 9), Id),
        new SegmentRetiredFact(new SegmentId(3, 9), [new SegmentSealedFact(new SegmentId(4, 1), Id)]),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fact_comes_back_and_every_shortened_or_lengthened_form_is_refused(int kind)
    {
        var bytes = Encode(Facts[kind]);

        Assert.Equal(bytes, Encode(FactCodec.Read(bytes, 1)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.ThrowsAny<Exception>(() => FactCodec.Read(bytes.AsSpan(0, length), 1));
        }

        Assert.Throws<InvalidDataException>(() => FactCodec.Read([.. bytes, 0], 1));
    }

    [Fact]
    public void Octets_are_as_the_format_says()
    {
        var placement = new PlacementFact(2, 300, Id, "\\Seen", new DateTimeOffset(1970, 1, 1, 0, 0, 5, TimeSpan.Zero));

        var expected = (byte[])[3, 2, 0xAC, 0x02, .. Id.ToArray(), 5, (byte)'\\', (byte)'S', (byte)'e', (byte)'e', (byte)'n', 1, 10, 0];

        Assert.Equal(expected, Encode(placement));
        Assert.Equal((byte[])[5, 0, 2, 1, 2, 6, 0], Encode(new GoneFact(0, new UidSet([1, 2, 3, 9]))));
    }

    [Fact]
    public void The_root_of_facts_is_that_of_RFC_6962()
    {
        var tree = new MerkleTree();
        foreach (var leaf in (byte[][])[[], [0x00], [0x10]])
        {
            tree.Add(leaf);
        }

        // The third root of the test vectors that accompany RFC 6962.
        Assert.Equal("aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", tree.Root().ToString());
    }

    private static byte[] Encode(Fact fact)
    {
        var to = new ByteWriter();
        FactCodec.Write(fact, to);
        return to.Written.ToArray();
    }
}
