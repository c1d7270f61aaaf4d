using System.Text;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Templates;

public sealed class BriefTests
{
    private static readonly Encoding Cp932 =
        CodePagesEncodingProvider.Instance.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    public static TheoryData<string> Keys => [.. AlertWords.All.Sections.Where(section => section.Value.ContainsKey("act.en")).Select(section => section.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_situation_fits_into_one_network_message_in_both_languages(string key)
    {
        var alert = SampleAlerts.WrongPassword("ja") with { Situation = SampleAlerts.LoginRefused with { Key = key } };

        var english = Render(alert, "en");
        var japanese = Render(alert, "ja");

        Assert.InRange(english.Brief.Length, 1, 199);
        Assert.InRange(japanese.Brief.Length, 1, 199);
        Assert.True(Ascii.IsValid(english.Brief), english.Brief);
        Assert.EndsWith("Run 4711", english.Brief, StringComparison.Ordinal);
        Assert.EndsWith("実行4711", japanese.Brief, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', english.Brief + japanese.Brief);
        Cp932.GetBytes(japanese.Brief);
    }

    [Fact]
    public void What_to_do_stays_when_the_cause_is_too_long()
    {
        var alert = SampleAlerts.WrongPassword("en") with { Situation = SampleAlerts.LoginRefused.With("host", new string('h', 120) + ".example.jp") };

        var message = Render(alert, "en").Brief;

        Assert.Equal("ArchiveJobs: profile \"Sales\" stopped since Nov 24, 02:00 (UTC+9). Enter the current password in the profile. Run 4711", message);
    }

    [Fact]
    public void English_calls_a_thing_by_number_when_its_name_is_not_ascii()
    {
        var message = Render(SampleAlerts.WrongPassword("ja"), "ja").BriefAscii;

        Assert.StartsWith("ArchiveJobs: profile 7 stopped since Nov 24, 02:00 (UTC+9). ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_what_had_been_wrong_are_not_taken_for_messages_caught_up()
    {
        var full = new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull).With("n", 3).With("need", 5_000_000_000);
        var alert = SampleAlerts.StoreDamaged("en") with { Event = AlertEvent.Recovered, Situation = full, At = SampleAlerts.Tokyo("2026-11-24T04:12") };

        var mail = Render(alert, "en");

        Assert.Equal("Works again: store \"2026\" - after 1 h", mail.Subject);
        Assert.StartsWith("Store \"2026\" has been working again since Tue, Nov 24, 2026, 04:12 (UTC+9), after 1 h.\nNothing to do.\n", mail.Text, StringComparison.Ordinal);
    }

    private static RenderedAlert Render(Alert alert, string language) => AlertRenderer.Render(alert, Readers.Of(language));
}
