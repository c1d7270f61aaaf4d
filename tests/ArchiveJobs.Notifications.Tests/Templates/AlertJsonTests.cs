using System.Text.Json;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Templates;

public sealed class AlertJsonTests
{
    [Theory]
    [InlineData("wrong-password")]
    [InlineData("store-damaged")]
    [InlineData("dead-server")]
    public void An_alert_that_waited_as_json_says_the_same(string sample)
    {
        var alert = SampleAlerts.Of(sample, "ja");

        var kept = JsonSerializer.Deserialize<Alert>(JsonSerializer.Serialize(alert))!;

        Assert.Equal(AlertRenderer.Render(alert, Readers.Japanese), AlertRenderer.Render(kept, Readers.Japanese));
    }

    [Fact]
    public void Settings_are_kept_and_printed_without_the_secret()
    {
        var settings = new SmtpSettings { Host = "smtp.example.jp", Port = 587, User = "archive", Secret = "pa55word", From = "a@example.jp", To = ["b@example.jp"] };

        var json = JsonSerializer.Serialize(settings);

        Assert.DoesNotContain("pa55word", json + settings, StringComparison.Ordinal);
        Assert.Equal(["b@example.jp"], JsonSerializer.Deserialize<SmtpSettings>(json)!.To);
    }
}
