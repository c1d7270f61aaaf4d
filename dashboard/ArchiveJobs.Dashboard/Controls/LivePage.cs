using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.AspNetCore.Components;

namespace ArchiveJobs.Dashboard.Controls;

/// <summary>A page that reads itself anew when something happens to runs, at most twice a second.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _left = new();
    private IDisposable? _subscription;
    private int _isDirty;
    private Task _follower = Task.CompletedTask;

    [Inject]
    internal RunFeed Feed { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    /// <summary>Fires when the page is left.</summary>
    protected CancellationToken Left => _left.Token;

    /// <summary>Reads what the page shows; rows keep their places.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>Whether this update changes what is shown.</summary>
    protected virtual bool Concerns(RunUpdate update) => update is RunStateChanged or RunProgressed;

    /// <summary>Reads anew after so long even when no run has changed; null for never.</summary>
    protected virtual TimeSpan? AtLatestAfter => null;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = Feed.Listen(update =>
            {
                if (Concerns(update))
                {
                    Interlocked.Exchange(ref _isDirty, 1);
                }
            });
            _follower = FollowAsync();
        }

        await base.OnAfterRenderAsync(firstRender);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _left.CancelAsync();
        await _follower;
        _left.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(Spacing, Time);
        var readAt = Time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(Left))
            {
                if (Interlocked.Exchange(ref _isDirty, 0) == 1 || Time.GetElapsedTime(readAt) >= AtLatestAfter)
                {
                    readAt = Time.GetTimestamp();
                    await InvokeAsync(RefreshAsync);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task RefreshAsync()
    {
        await ReadAsync(Left);
        StateHasChanged();
    }
}
