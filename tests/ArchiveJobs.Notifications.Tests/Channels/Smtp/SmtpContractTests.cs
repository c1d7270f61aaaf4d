using ArchiveJobs.Core.Sources;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Tests.Kit;
using ArchiveJobs.TestKit.Servers;
using MimeKit;

namespace ArchiveJobs.Notifications.Tests.Channels.Smtp;

public sealed class SmtpContractTests : AlertChannelContract
{
    private SmtpReceiver? _receiver;

    public override async ValueTask InitializeAsync()
    {
        Receivers.SkipWithout();
        _receiver = await SmtpReceiver.StartAsync(new SmtpReceiverOptions { Security = ConnectionSecurity.StartTls, Login = ("archive", "secret") });
    }

    public override async ValueTask DisposeAsync()
    {
        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }
    }

    protected override Task<(IAlertChannel Channel, ChannelSettings Settings)> StartAsync() =>
        Task.FromResult<(IAlertChannel, ChannelSettings)>((new SmtpChannel(FixedTime.At(2026, 11, 24)), Receivers.SettingsFor(_receiver!, ConnectionSecurity.StartTls) with
        {
            User = "archive",
            Secret = "secret",
        }));

    protected override ChannelSettings Unreachable(ChannelSettings settings) => (SmtpSettings)settings with { Host = "no-such-host.invalid" };

    protected override IReadOnlyList<string> Arrived() => [.. _receiver!.Mails.Select(mail =>
    {
        using var message = MimeMessage.Load(new MemoryStream(mail.Octets));
        return string.Join('\n', message.MessageId, message.Subject, message.TextBody);
    })];
}
