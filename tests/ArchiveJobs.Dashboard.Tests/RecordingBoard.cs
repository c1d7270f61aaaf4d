using System.Globalization;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Remembers what was asked for and by whom; does nothing.</summary>
internal sealed class RecordingBoard : IAlertBoard
{
    public List<string> Asked { get; } = [];

    public Task<string?> SaveAsync(int? id, ChannelDraft draft, string actor, CancellationToken cancellationToken) => NoteAsync<string?>($"save {draft} by {actor}", null);

    public Task<string?> SwitchAsync(int id, bool isEnabled, string actor, CancellationToken cancellationToken) => NoteAsync<string?>($"switch {id} by {actor}", null);

    public Task<bool> RemoveAsync(int id, string actor, CancellationToken cancellationToken) => NoteAsync($"remove {id} by {actor}", true);

    public Task<ChannelTest> TestAsync(int id, string actor, CultureInfo culture, CancellationToken cancellationToken) => NoteAsync($"test {id} by {actor}", new ChannelTest(true, "", "", []));

    public Task<bool> RetryAsync(long delivery, string actor, CancellationToken cancellationToken) => NoteAsync($"retry {delivery} by {actor}", true);

    public Task<bool> AbandonAsync(long delivery, string actor, CancellationToken cancellationToken) => NoteAsync($"abandon {delivery} by {actor}", true);

    public Task<bool> DismissAsync(long alert, string actor, CancellationToken cancellationToken) => NoteAsync($"dismiss {alert} by {actor}", true);

    public Task<string?> WriteSettingsAsync(AlertFrameSettings settings, string actor, CancellationToken cancellationToken) => NoteAsync<string?>($"settings by {actor}", null);

    public Task<IReadOnlyList<BoardChannel>> ListChannelsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BoardChannel>>([]);

    public Task<IReadOnlyList<BoardDelivery>> ListDeliveriesAsync(AlertDeliveryState? state, long? beforeId, int limit, CultureInfo culture, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<BoardAlert>> ListAlertsAsync(bool onlyOpen, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<AlertFrameSettings> ReadSettingsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    private Task<T> NoteAsync<T>(string what, T answer)
    {
        Asked.Add(what);
        return Task.FromResult(answer);
    }
}
