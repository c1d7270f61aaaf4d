using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Settings;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Tests.Outbox;

public class AlertServiceTests : OutboxRig
{
    private static readonly SmtpSettings Smtp = new()
    {
        Host = "smtp.example.jp", Port = 587, Security = ConnectionSecurity.StartTls, User = "archive", Secret = "pa55word", From = "archive@example.jp", To = ["admin@example.jp"],
    };

    [Fact]
    public async Task Settings_come_back_without_the_secret_and_keep_it_when_they_change()
    {
        var added = await Alerts.AddAsync(Smtp, "Administrators", "ja", "tanaka", CancellationToken.None);
        await Alerts.SetAsync(added.Id, new() { Settings = Smtp with { Secret = null, Port = 25 } }, "tanaka", CancellationToken.None);

        var seen = Assert.Single(await Alerts.ListChannelsAsync(CancellationToken.None));
        await using var db = await OpenAsync();
        var row = await db.AlertChannels.SingleAsync();
        Assert.Equal(("Administrators", "smtp", "ja", true), (seen.Name, seen.Kind, seen.Language, seen.HasSecret));
        Assert.Equal((25, null), (((SmtpSettings)seen.Settings!).Port, seen.Settings.Secret));
        Assert.DoesNotContain("pa55word", row.SettingsJson, StringComparison.Ordinal);
        Assert.Equal("pa55word", Get<ChannelBook>().Read(row).Secret);
    }

    [Fact]
    public async Task What_cannot_be_used_is_refused_with_a_sentence()
    {
        await AddChannelAsync();

        var noRecipient = await Assert.ThrowsAsync<AlertSettingsException>(() => Alerts.AddAsync(Smtp with { To = [] }, null, "en", "tanaka", CancellationToken.None));
        var taken = await Assert.ThrowsAsync<AlertSettingsException>(() => Alerts.AddAsync(Smtp, "fake", "en", "tanaka", CancellationToken.None));
        var language = await Assert.ThrowsAsync<AlertSettingsException>(() => Alerts.AddAsync(Smtp, null, "fr", "tanaka", CancellationToken.None));

        Assert.Equal("There is no recipient.", noRecipient.Message);
        Assert.Equal("There is a channel \"fake\" already.", taken.Message);
        Assert.Equal("The language is en or ja.", language.Message);
    }

    [Fact]
    public async Task A_test_says_what_the_other_side_answered()
    {
        var id = await AddChannelAsync();
        Channel.Answer = new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.Deferred, "451 come back later");

        var result = await Alerts.TestAsync(id, "tanaka", CancellationToken.None);

        Assert.Equal("451 come back later", result.Words);
        Assert.Contains("tanaka sent this test", Assert.Single(Channel.Tried).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_change_leaves_its_event_without_secrets()
    {
        var id = (await Alerts.AddAsync(Smtp, null, "en", "tanaka", CancellationToken.None)).Id;
        await Alerts.SetAsync(id, new() { IsEnabled = false }, "sato", CancellationToken.None);
        await Alerts.RemoveAsync(id, "sato", CancellationToken.None);

        var events = await Get<AuditReader>().ListAsync(new AuditFilter { ObjectKind = "channel" }, null, 10, CancellationToken.None);
        Assert.Equal(
            [("AlertChannelDelete", "sato"), ("AlertChannelChange", "sato"), ("AlertChannelAdd", "tanaka")], events.Select(entry => (entry.Action, entry.Actor)));
        Assert.DoesNotContain(events, entry => entry.DetailsJson.Contains("pa55word", StringComparison.Ordinal));
    }
}
