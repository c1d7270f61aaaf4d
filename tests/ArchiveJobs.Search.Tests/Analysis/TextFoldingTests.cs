using ArchiveJobs.Search.Analysis;

namespace ArchiveJobs.Search.Tests.Analysis;

public sealed class TextFoldingTests
{
    [Theory]
    [InlineData("Hello", "hello")]
    [InlineData("ＡＢＣ１２", "abc12")]
    [InlineData("ｶﾀｶﾅ ｶﾞ", "カタカナ ガ")]
    [InlineData("㈱", "(株)")]
    [InlineData("Ångström Straße Œuvre Łódź", "angstrom strasse oeuvre lodz")]
    [InlineData("e\u0301te\u0301", "ete")]
    [InlineData("が", "が")]
    [InlineData("か\u3099", "が")]
    [InlineData("ΑΒΓ Москва", "αβγ москва")]
    [InlineData("hy\u00ADphen zero\u200Bwidth", "hyphen zerowidth")]
    [InlineData("会\r\n議", "会議")]
    [InlineData("会\n\n議", "会\n\n議")]
    [InlineData("会\r\nabc", "会\nabc")]
    [InlineData("é\r\nf", "e\nf")]
    public void Spellings_that_people_take_for_the_same_become_the_same(string text, string folded)
    {
        Assert.Equal(folded, TextFolding.Fold(text));
    }

    [Fact]
    public void Half_a_surrogate_pair_separates()
    {
        Assert.Equal("a b e", TextFolding.Fold("a\uD800b é"));
    }
}
