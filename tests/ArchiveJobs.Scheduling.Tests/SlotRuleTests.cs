using System.Globalization;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Schedules;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>Where slots lie, around the changes of the clock. All values are worked out by hand from the rules of the zones.</summary>
public sealed class SlotRuleTests
{
    // Europe/Berlin 2026: +01:00 until March 29, 02:00 local (01:00 UTC), then +02:00 until October 25, 03:00 local (01:00 UTC), then +01:00.
    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T00:00Z", "2026-03-28T01:30Z 2026-03-29T01:00Z 2026-03-30T00:30Z")] // 02:30 does not exist on the 29th: 03:00 +02:00
    [InlineData("30 2 * * *", "2026-10-24T00:00Z", "2026-10-24T00:30Z 2026-10-25T00:30Z 2026-10-26T01:30Z")] // 02:30 comes twice on the 25th: the first, +02:00
    [InlineData("*/30 * * * *", "2026-03-29T00:15Z", "2026-03-29T00:30Z 2026-03-29T01:00Z 2026-03-29T01:30Z")] // 01:30, 03:00, 03:30 local
    [InlineData("*/30 * * * *", "2026-10-24T23:45Z", "2026-10-25T00:00Z 2026-10-25T00:30Z 2026-10-25T01:00Z 2026-10-25T01:30Z 2026-10-25T02:00Z")] // 02:00 and 02:30 twice, then 03:00
    [InlineData("0 3 * * *", "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T01:00Z")]
    [InlineData("0 12 * * 0", "2026-10-20T00:00Z", "2026-10-25T11:00Z 2026-11-01T11:00Z")]
    public void Berlin_jumps_and_repeats_an_hour(string cron, string after, string expected) => AssertSlots(cron, "Europe/Berlin", after, expected);

    [Theory]
    [InlineData("0 2 * * *", "Asia/Tokyo", "2026-03-28T00:00Z", "2026-03-28T17:00Z 2026-03-29T17:00Z")] // no daylight saving time: always +09:00
    [InlineData("30 0 1 * *", "Asia/Tokyo", "2026-01-01T00:00Z", "2026-01-31T15:30Z 2026-02-28T15:30Z")] // the first of the month begins the evening before
    [InlineData("30 2 * * *", "America/New_York", "2026-03-07T12:00Z", "2026-03-08T07:00Z 2026-03-09T06:30Z")] // gap 02:00-03:00 on March 8: 03:00 -04:00
    [InlineData("30 1 * * *", "America/New_York", "2026-10-31T12:00Z", "2026-11-01T05:30Z 2026-11-02T06:30Z")] // 01:30 comes twice on November 1: -04:00
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2026-10-02T20:00Z", "2026-10-03T15:30Z 2026-10-04T15:15Z")] // a gap of half an hour, 02:00-02:30: 02:30 +11:00
    public void Other_zones_by_their_own_rules(string cron, string zone, string after, string expected) => AssertSlots(cron, zone, after, expected);

    [Fact]
    public void An_interval_counts_elapsed_time_from_1970()
    {
        var rule = new IntervalSlots(TimeSpan.FromMinutes(15));

        Assert.Equal(At("2026-11-24T02:15Z"), rule.After(At("2026-11-24T02:00Z")));
        Assert.Equal(At("2026-11-24T02:15Z"), rule.After(At("2026-11-24T02:14Z")));
        Assert.Equal([At("2026-11-24T02:00Z"), At("2026-11-24T02:15Z")], rule.Between(At("2026-11-24T01:45Z"), At("2026-11-24T02:15Z")));
    }

    [Fact]
    public void The_newest_slots_are_found_without_walking_through_the_years_before()
    {
        var rule = Rule("* * * * *", "UTC");

        var newest = rule.Newest(At("0100-01-01T00:00Z"), At("2026-11-24T02:00Z"), 3);

        Assert.Equal([At("2026-11-24T01:58Z"), At("2026-11-24T01:59Z"), At("2026-11-24T02:00Z")], newest);
        Assert.Equal([At("2020-02-29T00:00Z"), At("2024-02-29T00:00Z")], Rule("0 0 29 2 *", "UTC").Newest(At("2017-01-01T00:00Z"), At("2026-11-24T02:00Z"), 5));
        Assert.Empty(rule.Newest(At("2026-11-24T02:00Z"), At("2026-11-24T02:00Z"), 5));
    }

    [Theory]
    [InlineData(1, "* * * * *")]
    [InlineData(15, "*/15 * * * *")]
    [InlineData(60, "0 * * * *")]
    [InlineData(360, "0 */6 * * *")]
    [InlineData(1440, "0 0 * * *")]
    [InlineData(7, null)]
    [InlineData(90, null)]
    [InlineData(2880, null)]
    public void An_interval_is_shown_as_cron_only_when_that_says_the_same(int minutes, string? cron) =>
        Assert.Equal(cron, CronText.OfInterval(TimeSpan.FromMinutes(minutes)));

    private static void AssertSlots(string cron, string zone, string after, string expected)
    {
        var slots = expected.Split(' ').Select(At).ToArray();
        var rule = Rule(cron, zone);
        var found = new List<DateTimeOffset>();
        for (var at = At(after); found.Count < slots.Length; at = found[^1])
        {
            found.Add(rule.After(at)!.Value);
        }

        Assert.Equal(slots, found);
        Assert.Equal(slots, rule.Between(At(after), slots[^1]));
    }

    private static SlotRule Rule(string cron, string zone) => SlotRule.Of(new Schedule
    {
        Name = "s", Kind = "k", ArgumentsJson = "{}", Cron = cron, Zone = zone, CreatedBy = "t",
    })!;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
