using System.Globalization;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Dashboard.Text;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>When a schedule runs, in words of both languages.</summary>
public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("* * * * *", "every minute", "毎分")]
    [InlineData("*/15 * * * *", "every 15 min", "15分ごと")]
    [InlineData("5 * * * *", "every hour at :05", "毎時05分")]
    [InlineData("0 2 * * *", "every day at 02:00", "毎日 02:00")]
    [InlineData("30 1,13 * * *", "every day at 01:30, 13:30", "毎日 01:30、13:30")]
    [InlineData("0 2-22/4 * * *", "every 4 h from 02:00", "02:00から4時間ごと")]
    [InlineData("0 9-18/3 * * 1-5", "Monday to Friday, every 3 h from 09:00 to 18:00", "月曜日〜金曜日 09:00〜18:00に3時間ごと")]
    [InlineData("*/15 8-18 * * MON-FRI", "Monday to Friday, every 15 min from 08:00 to 18:45", "月曜日〜金曜日 08:00〜18:45に15分ごと")]
    [InlineData("0 4 * * 0,6", "Sunday, Saturday at 04:00", "日曜日、土曜日 04:00")]
    [InlineData("0 4 * * 7", "Sunday at 04:00", "日曜日 04:00")]
    [InlineData("0 4 1,15 * *", "on day 1, 15 of each month at 04:00", "毎月1日、15日 04:00")]
    [InlineData("0 4 1 jan,7 *", "on day 1 of each month at 04:00, only in January, July", "毎月1日 04:00（1月、7月のみ）")]
    public void A_plain_expression_is_said_in_words(string cron, string english, string japanese)
    {
        Assert.Equal(english, In("en", () => ScheduleWords.OfCron(Words, cron)));
        Assert.Equal(japanese, In("ja", () => ScheduleWords.OfCron(Words, cron)));
    }

    [Theory]
    [InlineData("*/7 * * * *")]       // 56 and then 0: not every 7 minutes
    [InlineData("0 4 L * *")]
    [InlineData("0 4 * * 1#2")]
    [InlineData("0 4 13 * 5")]        // both must fit
    [InlineData("0 22-2 * * *")]
    [InlineData("61 * * * *")]
    [InlineData("0 4 * *")]
    public void What_has_no_plain_words_is_not_guessed_at(string cron)
    {
        Assert.Null(In("en", () => ScheduleWords.OfCron(Words, cron)));
    }

    [Theory]
    [InlineData(90, "every 1 min 30 s", "1分30秒ごと")]
    [InlineData(3661, "every 1 h 1 min 1 s", "1時間1分1秒ごと")]
    [InlineData(86_400, "every 1 day", "1日ごと")]
    [InlineData(172_861, "every 2 days 1 min 1 s", "2日1分1秒ごと")]
    public void An_odd_interval_is_not_rounded(int seconds, string english, string japanese)
    {
        var every = TimeSpan.FromSeconds(seconds);

        Assert.Equal(english, In("en", () => ScheduleWords.When(Words, null, every, null)));
        Assert.Equal(japanese, In("ja", () => ScheduleWords.When(Words, null, every, null)));
    }

    [Theory]
    [InlineData(90, "90", "s")]
    [InlineData(5_400, "90", "min")]
    [InlineData(7_200, "2", "h")]
    [InlineData(259_200, "3", "d")]
    public void A_form_shows_an_interval_in_the_largest_unit_that_divides_it(int seconds, string number, string unit)
    {
        var text = SpanText.Of(TimeSpan.FromSeconds(seconds));

        Assert.Equal((number, unit), (text.Number, text.Unit));
        Assert.Equal(TimeSpan.FromSeconds(seconds), text.Read());
    }

    [Theory]
    [InlineData("1.5", "min", 90.0)]
    [InlineData("0.25", "h", 900.0)]
    [InlineData("1.001", "min", null)]   // 60.06 s
    [InlineData("0.5", "s", null)]
    [InlineData("-1", "h", null)]
    [InlineData("1,5", "h", null)]
    [InlineData("", "h", null)]
    [InlineData("999999999999", "d", null)]
    public void What_is_no_whole_number_of_seconds_is_refused_not_rounded(string number, string unit, double? seconds)
    {
        var text = SpanText.Of(TimeSpan.Zero);
        (text.Number, text.Unit) = (number, unit);

        Assert.Equal(seconds is { } whole ? TimeSpan.FromSeconds(whole) : null, text.Read());
    }

    private static Words Words => new(TimeProvider.System);

    private static string? In(string language, Func<string?> say)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return say();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
