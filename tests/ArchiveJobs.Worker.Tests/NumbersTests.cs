using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Tests;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 KB")]
    [InlineData(143_200_000, "143 MB")]
    [InlineData(3_240_000_000, "3.2 GB")]
    [InlineData(999_600, "1.0 MB")]
    public void Sizes_are_powers_of_a_thousand_with_one_decimal_under_a_hundred(long octets, string text)
    {
        Assert.Equal(text, Numbers.Size(octets));
    }

    [Theory]
    [InlineData(1.94, "1.9 s")]
    [InlineData(14, "14 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(7500, "2 h 5 min")]
    public void Durations_have_two_units_at_most(double seconds, string text)
    {
        Assert.Equal(text, Numbers.Duration(TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void Instants_for_machines_are_UTC()
    {
        Assert.Equal("2026-11-23T17:00:00.000Z", Numbers.Utc(new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.FromHours(9))));
    }
}
