using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Tests.Kit;
using MimeKit;

namespace ArchiveJobs.Notifications.Tests.Channels.Pickup;

public sealed class PickupTests : AlertChannelContract
{
    private readonly string _home = Directory.CreateTempSubdirectory("aj-pickup-").FullName;

    private string Target => Path.Combine(_home, "pickup");

    protected override bool KeepsOneCopy => true;

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_home, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_notice_is_one_file_that_mail_programs_open()
    {
        var (channel, settings) = await StartAsync();

        await channel.SendAsync(Mails.WrongPassword("ja"), settings, CancellationToken.None);

        using var message = await MimeMessage.LoadAsync(Path.Combine(Target, "alert-318-opened.eml"));
        Assert.Equal(Mails.WrongPassword("ja").Subject, message.Subject);
        Assert.Equal(Mails.WrongPassword("ja").Text.ReplaceLineEndings("\r\n"), message.TextBody!.ReplaceLineEndings("\r\n"));
        Assert.Single(Directory.GetFiles(Target));
    }

    [Fact]
    public void A_relative_path_is_a_problem()
    {
        Assert.Single(new PickupSettings { Directory = "pickup" }.Problems());
    }

    protected override Task<(IAlertChannel Channel, ChannelSettings Settings)> StartAsync() =>
        Task.FromResult<(IAlertChannel, ChannelSettings)>((new PickupChannel(FixedTime.At(2026, 11, 24)), new PickupSettings { Directory = Target }));

    protected override ChannelSettings Unreachable(ChannelSettings settings)
    {
        File.WriteAllText(Path.Combine(_home, "file"), "");
        return (PickupSettings)settings with { Directory = Path.Combine(_home, "file", "below") };
    }

    protected override IReadOnlyList<string> Arrived()
    {
        if (!Directory.Exists(Target))
        {
            return [];
        }

        return [.. Directory.GetFiles(Target, "*.eml").Select(path =>
        {
            using var message = MimeMessage.Load(path);
            return string.Join('\n', message.MessageId, message.Subject, message.TextBody);
        })];
    }
}
