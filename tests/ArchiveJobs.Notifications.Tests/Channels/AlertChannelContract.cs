using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Channels;

/// <summary>What every channel keeps; a new one joins by deriving a class.</summary>
public abstract class AlertChannelContract : IAsyncLifetime
{
    /// <summary>A channel whose other side works.</summary>
    protected abstract Task<(IAlertChannel Channel, ChannelSettings Settings)> StartAsync();

    /// <summary>The same settings for another side that is not there.</summary>
    protected abstract ChannelSettings Unreachable(ChannelSettings settings);

    /// <summary>Everything the other side has got so far, a text each.</summary>
    protected abstract IReadOnlyList<string> Arrived();

    /// <summary>True when the other side keeps one copy of a repeated notice.</summary>
    protected virtual bool KeepsOneCopy => false;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public abstract ValueTask DisposeAsync();

    [Theory]
    [InlineData("en", "does not accept the login|does not accept the user name")]
    [InlineData("ja", "imap.example.jp")]
    public async Task A_notice_arrives_with_its_words(string language, string words)
    {
        var (channel, settings) = await StartAsync();

        var result = await channel.SendAsync(Mails.WrongPassword(language), settings, CancellationToken.None);

        Assert.Equal(DeliveryResult.Delivered, result);
        Assert.Contains(words.Split('|'), word => Assert.Single(Arrived()).Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_retry_carries_the_same_notice()
    {
        var (channel, settings) = await StartAsync();

        await channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);
        await channel.SendAsync(Mails.WrongPassword(), settings, CancellationToken.None);

        Assert.Equal(KeepsOneCopy ? 1 : 2, Arrived().Count);
        Assert.Single(Arrived().Distinct());
    }

    [Fact]
    public async Task Another_side_that_is_not_there_is_a_result_with_a_sentence()
    {
        var (channel, settings) = await StartAsync();

        var result = await channel.SendAsync(Mails.WrongPassword(), Unreachable(settings), CancellationToken.None);

        Assert.NotEqual(DeliveryOutcome.Delivered, result.Outcome);
        Assert.NotEqual(result.Reason, DeliveryText.Of(result, Readers.Japanese.Culture));
        Assert.Empty(Arrived());
    }

    [Fact]
    public async Task A_canceled_token_is_no_result()
    {
        var (channel, settings) = await StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.SendAsync(Mails.WrongPassword(), settings, new CancellationToken(canceled: true)));

        Assert.Empty(Arrived());
    }

    [Fact]
    public async Task Settings_of_another_channel_are_refused()
    {
        var (channel, _) = await StartAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => channel.SendAsync(Mails.WrongPassword(), new OtherSettings(), CancellationToken.None));
    }

    [Fact]
    public async Task The_summary_is_one_line_without_the_secret()
    {
        var (channel, settings) = await StartAsync();

        var summary = channel.Summary(settings with { Secret = "pa55word" });

        Assert.NotEmpty(summary);
        Assert.DoesNotContain('\n', summary);
        Assert.DoesNotContain("pa55word", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_are_of_the_type_it_names()
    {
        var (channel, settings) = await StartAsync();

        Assert.Equal(channel.SettingsType, settings.GetType());
    }

    private sealed record OtherSettings : ChannelSettings
    {
        public override IReadOnlyList<string> Problems() => [];
    }
}
