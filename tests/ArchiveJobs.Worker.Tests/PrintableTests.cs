using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Tests;

public sealed class PrintableTests
{
    [Fact]
    public void A_subject_cannot_steer_the_terminal()
    {
        Assert.Equal("\uFFFD[31mred \uFFFDtfel", Printable.Of("\u001b[31mred \u202Etfel"));
    }

    [Fact]
    public void Line_ends_and_tabs_stay()
    {
        Assert.Equal("a\tb\nc", Printable.Of("a\tb\nc"));
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("見積", 4)]
    [InlineData("ｱ", 1)]
    [InlineData("e\u0301", 1)]
    public void Wide_characters_take_two_columns(string text, int width)
    {
        Assert.Equal(width, Printable.Width(text));
    }

    [Fact]
    public void A_long_name_is_cut_in_the_middle()
    {
        Assert.Equal("abcd…wxyz", Printable.Shorten("abcdefghijklmnopqrstuvwxyz", 9));
    }
}
