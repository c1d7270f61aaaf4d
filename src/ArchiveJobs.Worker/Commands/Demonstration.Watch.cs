using System.Globalization;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Outbox;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Schedules;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Steps of the demo about what happens while nobody looks: a failure that is told, a job that starts by itself.</summary>
internal sealed partial class Demonstration
{
    private const string Failing = "Not there";

    /// <summary>Names that end so are never given to a server (RFC 6761 section 6.4).</summary>
    private const string NoServer = "no-such-host.invalid";

    private static readonly TimeSpan AlertPatience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AlertLook = TimeSpan.FromMilliseconds(50);

    private async Task<bool> FailAsync(CancellationToken cancellationToken)
    {
        var channel = await context.Get<IAlertService>().AddAsync(new PickupSettings { Directory = places.Alerts }, "Demo", "en", Environment.UserName, cancellationToken);
        var profile = new Profile { Name = Failing, SourceKind = "imap", Settings = new ProfileSettings { Host = NoServer, Port = ProfileSettings.UsualPort("imap", default) } };
        await context.Get<ProfileBook>().AddAsync(profile, [new Account("nobody", "secret", null, "nobody")], Environment.UserName, cancellationToken);

        var started = _time.GetTimestamp();
        var run = await RunQuietlyAsync("RunProfile", [new("name", Failing)], cancellationToken);
        if (run.State != RunState.Failed)
        {
            context.Output.Error($"Profile \"{Failing}\" should fail, and its run {run.Id} is {Titles.OfState(run)}.");
            return false;
        }

        ShowStep("failure", $"profile \"{Failing}\" fails on purpose: no server {NoServer}; run {run.Id} is {run.State}", started);
        started = _time.GetTimestamp();
        if (await WaitForAlertAsync(run.Id, channel.Id, cancellationToken) is not { } file)
        {
            return false;
        }

        await using (var octets = File.OpenRead(file))
        {
            await ShowMessageAsync(octets, lines: 4, cancellationToken);
        }

        ShowStep("alert", $"the mail above was written because of it: {Shown(file)}", started);
        return true;
    }

    /// <summary>Returns once its delivery is entered as done, however long that takes on this machine.</summary>
    /// <returns>The file; null when nothing came.</returns>
    private async Task<string?> WaitForAlertAsync(long runId, int channelId, CancellationToken cancellationToken)
    {
        var alerts = context.Get<IAlertService>();
        var started = _time.GetTimestamp();
        while (_time.GetElapsedTime(started) < AlertPatience)
        {
            // The whole patience: a shorter one breaks off the try on a slow machine, each time anew. Returns at once when the look in the background has it.
            await context.Get<IAlertOutbox>().DeliverAsync(AlertPatience, cancellationToken);
            var open = await alerts.ListAlertsAsync(onlyOpen: true, null, 100, cancellationToken);
            if (open.FirstOrDefault(alert => alert.RunId == runId) is { } alert
                && (await alerts.ListDeliveriesAsync(AlertDeliveryState.Delivered, null, 100, cancellationToken)).Any(one => one.AlertId == alert.Id && one.ChannelId == channelId))
            {
                return Directory.EnumerateFiles(places.Alerts, $"alert-{alert.Id.ToString(CultureInfo.InvariantCulture)}-*.eml").Single();
            }

            await Task.Delay(AlertLook, _time, cancellationToken);
        }

        context.Output.Error($"The alert of run {runId} was not delivered within {Numbers.Duration(AlertPatience)}.");
        return null;
    }

    private async Task<bool> ScheduleAsync(CancellationToken cancellationToken)
    {
        const int shown = 3;
        var arguments = context.Get<JobRegistry>().Get("VerifyStore").ParseOptions([new("id", "1"), new("level", "full")]);
        var spec = new ScheduleSpec("Every night", "VerifyStore", arguments) { Cron = "0 2 * * *" };
        var schedules = context.Get<IScheduleService>();
        var schedule = await schedules.AddAsync(spec, Environment.UserName, cancellationToken);
        var slots = await schedules.NextAsync(schedule.Name, shown, cancellationToken);
        ShowStep("schedule", $"\"{schedule.Name}\" verifies the store, {ScheduleText.When(schedule)}; next {string.Join(", ", slots.Select(slot => ScheduleText.In(schedule, slot)[..16]))}", null);
        return slots.Count == shown;
    }
}
