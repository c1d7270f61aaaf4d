using System.Globalization;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Templates;

public sealed class SubjectTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("営業部", 6)]
    [InlineData("【停止】a", 9)]
    [InlineData("ｶﾅ", 2)]
    [InlineData("e\u0301", 1)]
    public void A_full_width_character_takes_two_columns(string text, int columns)
    {
        Assert.Equal(columns, VisibleText.Columns(text));
    }

    [Fact]
    public void A_long_profile_name_is_cut_in_the_middle_and_the_cause_stays_whole()
    {
        var subject = Render(Named("Sales department of the northern branch of the company"), "en").Subject;

        Assert.Equal("Stopped: profile \"Sales de… company\" (1 mailbox) - login not accepted", subject);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public void Every_subject_stays_under_70_columns(string language)
    {
        foreach (var key in AlertWords.All.Sections.Where(section => section.Value.ContainsKey("act.en")).Select(section => section.Key))
        {
            var alert = Named(new string('営', 60)) with { Situation = SampleAlerts.LoginRefused with { Key = key } };

            var subject = Render(alert, language).Subject;

            Assert.True(VisibleText.Columns(subject) < 70, $"{key}: {subject}");
            Assert.Contains("営", subject, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Control_and_direction_characters_cannot_change_what_is_seen()
    {
        var mail = Render(Named("Sa\r\nBcc: x\u202Eles"), "en");

        Assert.Equal("Stopped: profile \"Sa��Bcc: x�les\" - login not accepted", mail.Subject.Replace(" (1 mailbox)", "", StringComparison.Ordinal));
        Assert.DoesNotContain('\u202E', mail.Text + mail.Html + mail.Brief);
        Assert.Contains("Sa��Bcc", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_over_40_characters_stands_whole_in_the_details()
    {
        var name = new string('a', 30) + new string('b', 30);

        var text = Render(Named(name), "en").Text;

        Assert.Contains("Profile \"aaaaaaaaaaaaaaaaaaa…bbbbbbbbbbbbbbbbbbb\" has archived nothing", text, StringComparison.Ordinal);
        Assert.Contains($"full name: {name}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reminder_tells_its_number_and_joins_the_conversation()
    {
        var reminder = Render(SampleAlerts.WrongPassword("ja") with { Event = AlertEvent.Reminded, Reminder = 2 }, "ja");

        Assert.Equal("【再通知2回目】プロファイル「営業部」: ログイン不可", reminder.Subject);
        Assert.Equal(Mails.WrongPassword().MessageId, reminder.FirstMessageId);
        Assert.NotEqual(reminder.FirstMessageId, reminder.MessageId);
    }

    [Fact]
    public void Times_stand_in_the_zone_of_the_reader()
    {
        var reader = Readers.English with { Zone = TimeZoneInfo.FindSystemTimeZoneById("America/St_Johns"), Culture = CultureInfo.GetCultureInfo("de") };

        var text = AlertRenderer.Render(SampleAlerts.WrongPassword("en"), reader).Text;

        Assert.Contains("since Mon, Nov 23, 2026, 13:30 (UTC-3:30):", text, StringComparison.Ordinal);
    }

    private static Alert Named(string name) => SampleAlerts.WrongPassword("en") with { Subject = new AlertSubject("profile", name, 7) };

    private static RenderedAlert Render(Alert alert, string language) => AlertRenderer.Render(alert, Readers.Of(language));
}
