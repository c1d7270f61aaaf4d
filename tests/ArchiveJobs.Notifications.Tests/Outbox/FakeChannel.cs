using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Channels;

namespace ArchiveJobs.Notifications.Tests.Outbox;

internal sealed record FakeSettings(string To) : ChannelSettings
{
    public override IReadOnlyList<string> Problems() => To.Length == 0 ? ["Nobody is named."] : [];
}

/// <summary>Keeps what it is given, and answers as it is told. Shared by the hosts of a test.</summary>
internal sealed class FakeChannel : IAlertChannel
{
    private readonly List<RenderedAlert> _sent = [];

    public string Kind => "fake";

    public Type SettingsType => typeof(FakeSettings);

    public DeliveryResult Answer { get; set; } = DeliveryResult.Delivered;

    /// <summary>Awaited by every try before it answers.</summary>
    public Func<CancellationToken, Task> Meanwhile { get; set; } = _ => Task.CompletedTask;

    /// <summary>Every try, in order.</summary>
    public IReadOnlyList<RenderedAlert> Tried
    {
        get
        {
            lock (_sent)
            {
                return [.. _sent];
            }
        }
    }

    public async Task<DeliveryResult> SendAsync(RenderedAlert alert, ChannelSettings settings, CancellationToken cancellationToken)
    {
        lock (_sent)
        {
            _sent.Add(alert);
        }

        await Meanwhile(cancellationToken);
        return Answer;
    }

    public string Summary(ChannelSettings settings) => ((FakeSettings)settings).To;
}
