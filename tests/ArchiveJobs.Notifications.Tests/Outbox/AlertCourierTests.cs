using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Outbox;
using ArchiveJobs.Notifications.Tests.Kit;
using ArchiveJobs.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Notifications.Tests.Outbox;

public class AlertCourierTests : OutboxRig
{
    private static readonly DeliveryResult Down = new(DeliveryOutcome.Temporary, DeliveryReasons.HostRefused, "Connection refused");

    [Fact]
    public async Task A_delivery_that_fails_is_tried_again_until_it_arrives()
    {
        await AddChannelAsync();
        Channel.Answer = Down;
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        Assert.Equal(Time.GetUtcNow().AddSeconds(10), (await OnlyDeliveryAsync()).NextAttemptAt);
        Time.Advance(TimeSpan.FromSeconds(10));
        await PassAsync();
        Assert.Equal(Time.GetUtcNow().AddSeconds(30), (await OnlyDeliveryAsync()).NextAttemptAt);
        await PassAsync();
        Assert.Equal(2, Channel.Tried.Count);

        Channel.Answer = DeliveryResult.Delivered;
        Time.Advance(TimeSpan.FromSeconds(30));
        await PassAsync();

        Assert.Equal((AlertDeliveryState.Delivered, 3), ((await OnlyDeliveryAsync()).State, (await OnlyDeliveryAsync()).Attempts));
        Assert.Single(Channel.Tried.Select(alert => alert.MessageId).Distinct());
        var tries = await Alerts.ListAttemptsAsync(1, CancellationToken.None);
        Assert.Equal(["temporary", "temporary", "delivered"], tries.Select(attempt => attempt.Outcome));
        Assert.Equal("Connection refused", tries[0].Words);
    }

    [Fact]
    public async Task A_mail_server_that_was_down_gets_the_alert_once_it_is_up()
    {
        Receivers.SkipWithout();
        await using var receiver = await SmtpReceiver.StartAsync();
        await Alerts.AddAsync(Receivers.SettingsFor(receiver, ConnectionSecurity.None), null, "en", "tanaka", CancellationToken.None);
        await receiver.StopAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        Assert.Equal(DeliveryReasons.HostRefused, (await OnlyDeliveryAsync()).LastReason);

        await receiver.StartAgainAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        await PassAsync();

        Assert.Equal(["admin@example.jp"], Assert.Single(receiver.Mails).To);
        Assert.Equal(AlertDeliveryState.Delivered, (await OnlyDeliveryAsync()).State);
    }

    [Fact]
    public async Task Two_hosts_send_nothing_twice()
    {
        await AddChannelAsync();
        for (var i = 0; i < 20; i++)
        {
            await RunAsync(RunState.Failed, situation: Refused, set: run => run.ArgumentsJson = $$"""{"name":"profile {{i}}"}""");
        }

        var other = AddHost().GetRequiredService<AlertCourier>();
        await Task.WhenAll(Task.Run(PassAsync), Task.Run(() => other.PassAsync(CancellationToken.None)));
        await PassAsync();

        Assert.Equal(20, Channel.Tried.Count);
        Assert.Equal(20, Channel.Tried.Select(alert => alert.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task What_one_host_is_sending_another_leaves_alone()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        var isSending = new TaskCompletionSource();
        var mayEnd = new TaskCompletionSource();
        Channel.Meanwhile = _ =>
        {
            isSending.SetResult();
            return mayEnd.Task;
        };
        var first = PassAsync();
        await isSending.Task;

        await AddHost().GetRequiredService<AlertCourier>().PassAsync(CancellationToken.None);
        mayEnd.SetResult();
        await first;

        Assert.Single(Channel.Tried);
        Assert.Equal(AlertDeliveryState.Delivered, (await OnlyDeliveryAsync()).State);
    }

    [Fact]
    public async Task A_host_that_died_while_sending_is_taken_over_after_five_minutes()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        await using (var db = await OpenAsync())
        {
            await db.AlertDeliveries.ExecuteUpdateAsync(set => set.SetProperty(row => row.ClaimedBy, Guid.NewGuid())
                .SetProperty(row => row.ClaimedUntil, Time.GetUtcNow().AddMinutes(5)).SetProperty(row => row.Attempts, 1));
        }

        await PassAsync();
        Assert.Empty(Channel.Tried);

        Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        await PassAsync();
        Assert.Single(Channel.Tried);
    }

    [Fact]
    public async Task A_host_that_stops_while_sending_gives_the_delivery_back()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        using var stop = new CancellationTokenSource();
        Channel.Meanwhile = async token =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Courier.PassAsync(stop.Token));

        Channel.Meanwhile = _ => Task.CompletedTask;
        await PassAsync();

        Assert.Equal(2, Channel.Tried.Count);
        Assert.Equal(AlertDeliveryState.Delivered, (await OnlyDeliveryAsync()).State);
    }

    [Fact]
    public async Task After_48_hours_a_delivery_is_given_up_and_the_other_channels_say_so()
    {
        var dead = await AddChannelAsync("dead");
        Channel.Answer = Down;
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        var good = await AddChannelAsync("good");
        Time.Advance(TimeSpan.FromHours(48));

        await PassAsync();

        var abandoned = Assert.Single(await Alerts.ListDeliveriesAsync(AlertDeliveryState.Abandoned, null, 10, CancellationToken.None));
        Assert.Equal(dead, abandoned.ChannelId);
        Assert.Equal(1, (await Alerts.FindChannelAsync(dead, CancellationToken.None))!.Abandoned);
        await using var db = await OpenAsync();
        var told = await db.RaisedAlerts.SingleAsync(alert => alert.SituationKey == "channel.dead");
        Assert.Equal([good], await db.AlertDeliveries.Where(row => row.AlertId == told.Id).Select(row => row.ChannelId).ToListAsync());

        Channel.Answer = DeliveryResult.Delivered;
        Assert.True(await Alerts.RetryAsync(abandoned.Id, "tanaka", CancellationToken.None));
        await PassAsync();
        Assert.Empty(await Alerts.ListDeliveriesAsync(AlertDeliveryState.Abandoned, null, 10, CancellationToken.None));
        Assert.DoesNotContain(await Alerts.ListAlertsAsync(onlyOpen: true, null, 10, CancellationToken.None), alert => alert.Situation.Key == "channel.dead");
    }

    [Fact]
    public async Task A_person_gives_a_delivery_up_and_takes_it_back()
    {
        await AddChannelAsync();
        Channel.Answer = new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.HostRefused);
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        var waiting = Assert.Single(await Alerts.ListDeliveriesAsync(AlertDeliveryState.Pending, null, 10, CancellationToken.None));

        Assert.True(await Alerts.AbandonAsync(waiting.Id, "tanaka", CancellationToken.None));
        Assert.False(await Alerts.AbandonAsync(waiting.Id, "tanaka", CancellationToken.None));
        Channel.Answer = DeliveryResult.Delivered;
        Time.Advance(TimeSpan.FromHours(1));
        await PassAsync();

        Assert.Equal(AlertDeliveryState.Abandoned, Assert.Single(await Alerts.ListDeliveriesAsync(null, null, 10, CancellationToken.None)).State);
        await using var db = await OpenAsync();
        Assert.Equal("tanaka", (await db.AuditEvents.SingleAsync(entry => entry.Action == "AlertAbandon")).Actor);
        Assert.True(await Alerts.RetryAsync(waiting.Id, "tanaka", CancellationToken.None));
        await PassAsync();
        Assert.Equal(AlertDeliveryState.Delivered, Assert.Single(await Alerts.ListDeliveriesAsync(null, null, 10, CancellationToken.None)).State);
    }

    [Fact]
    public async Task What_is_being_tried_just_now_is_not_given_up()
    {
        await AddChannelAsync();
        await RunAsync(RunState.Failed, situation: Refused);
        await using var db = await OpenAsync();
        var delivery = await db.AlertDeliveries.SingleAsync();
        (delivery.ClaimedBy, delivery.ClaimedUntil) = (Guid.NewGuid(), Time.GetUtcNow().AddMinutes(1));
        await db.SaveChangesAsync();

        Assert.False(await Alerts.AbandonAsync(delivery.Id, "tanaka", CancellationToken.None));
    }

    [Fact]
    public async Task Changed_settings_are_tried_at_once()
    {
        var id = await AddChannelAsync();
        Channel.Answer = new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.LoginRefused);
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        Assert.Equal(Time.GetUtcNow().AddHours(1), (await OnlyDeliveryAsync()).NextAttemptAt);

        Channel.Answer = DeliveryResult.Delivered;
        await Alerts.SetAsync(id, new() { Settings = new FakeSettings("corrected") }, "tanaka", CancellationToken.None);
        await PassAsync();

        Assert.Equal(AlertDeliveryState.Delivered, (await OnlyDeliveryAsync()).State);
    }

    [Fact]
    public async Task What_waits_with_a_delivery_that_failed_names_the_same_reason()
    {
        await AddChannelAsync();
        Channel.Answer = Down;
        await RunAsync(RunState.Failed, situation: Refused);
        await RunAsync(RunState.Failed, situation: Refused, set: run => run.ArgumentsJson = """{"name":"Tokyo"}""");

        await PassAsync();

        Assert.Single(Channel.Tried);
        var waiting = await Alerts.ListDeliveriesAsync(AlertDeliveryState.Pending, null, 10, CancellationToken.None);
        Assert.Equal([DeliveryReasons.HostRefused, DeliveryReasons.HostRefused], waiting.Select(delivery => delivery.LastReason));
    }

    [Fact]
    public async Task It_works_again_is_not_said_before_it_does_not_work()
    {
        await AddChannelAsync();
        Channel.Answer = Down;
        await RunAsync(RunState.Failed, situation: Refused);
        await PassAsync();
        await RunAsync(RunState.Succeeded);
        Channel.Answer = DeliveryResult.Delivered;
        await PassAsync();
        Assert.Single(Channel.Tried);

        Time.Advance(TimeSpan.FromSeconds(10));
        await PassAsync();

        Assert.Equal(["opened", "opened", "recovered"], Channel.Tried.Select(alert => alert.Event));
    }

    [Fact]
    public async Task A_command_that_ends_waits_for_its_alerts_only_as_long_as_it_may()
    {
        await AddChannelAsync();
        Channel.Answer = Down;
        await RunAsync(RunState.Failed, situation: Refused);

        var left = Courier.DeliverAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        while (Channel.Tried.Count == 0 && !left.IsCompleted)
        {
            await Task.Delay(1);   // A server takes its time; the clock stands still meanwhile.
        }

        while (!left.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(1, await left);
        Assert.InRange(Channel.Tried.Count, 1, 2);
    }

    [Fact]
    public async Task Links_lead_to_the_base_url_and_the_words_are_of_the_channels_language()
    {
        await Alerts.WriteOptionsAsync(new(new Uri("https://archive01.example.jp:8462/"), 24), "tanaka", CancellationToken.None);
        await Alerts.AddAsync(new FakeSettings("x"), null, "ja", "tanaka", CancellationToken.None);

        var run = await RunAsync(RunState.Waiting, RunReason.Authentication, Refused, set: run => run.NotBefore = Time.GetUtcNow().AddHours(6));
        await PassAsync();

        var alert = Assert.Single(Channel.Tried);
        Assert.StartsWith("【停止】プロファイル「Sales」", alert.Subject, StringComparison.Ordinal);
        Assert.Contains($"https://archive01.example.jp:8462/runs/{run.Id}", alert.Text, StringComparison.Ordinal);
        Assert.Contains("https://archive01.example.jp:8462/profiles/7", alert.Text, StringComparison.Ordinal);
    }
}
