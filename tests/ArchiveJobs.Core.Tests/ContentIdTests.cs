namespace ArchiveJobs.Core.Tests;

public sealed class ContentIdTests
{
    [Fact]
    public void The_id_of_abc_is_the_one_of_FIPS_180_4()
    {
        var id = ContentId.Of("abc"u8);

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", id.ToString());
        Assert.True(ContentId.TryParse(id.ToString().ToUpperInvariant(), out var parsed));
        Assert.Equal(id, parsed);
        Assert.Equal(id, new ContentId(id.ToArray()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ba78")]
    [InlineData("zz7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Other_text_is_no_id(string? text) => Assert.False(ContentId.TryParse(text, out _));

    [Fact]
    public void Ids_are_ordered_as_their_digits_are()
    {
        var ids = Enumerable.Range(0, 50).Select(i => ContentId.Of([(byte)i])).ToList();

        Assert.Equal(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal), ids.Order().Select(id => id.ToString()));
    }
}
