using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>How is this run, and can its result be trusted? While it lasts, numbers and log change in place.</summary>
public sealed partial class RunPage
{
    private const int FoldersShown = 200;
    private const int ItemsShown = 100;
    private const int LinesKept = 500;
    private static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _left = new();
    private readonly List<RunEventView> _log = [];
    private RunView? _view;
    private RunNumbers _numbers = RunNumbers.Read(null);
    private IReadOnlyList<RunItemView> _items = [];
    private IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    private long _lastEvent, _shown;
    private bool _loaded, _mayOperate;
    private Task _follower = Task.CompletedTask;

    [Parameter] public long Id { get; set; }

    [SupplyParameterFromQuery] public string? Ask { get; set; }

    [Inject] internal IRunService Runs { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    [Inject] internal RunActions Actions { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    [Inject] internal TimeProvider Time { get; set; } = null!;

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _follower;
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id)
        {
            return;   // Only the question in the URL has changed.
        }

        _shown = Id;
        _log.Clear();
        _lastEvent = 0;
        _mayOperate = await Guard.MayAsync(Rights.Operate);
        _names = await Shelf.NamesAsync(_left.Token);
        await ReadAsync();
        _loaded = true;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_follower.IsCompleted && _view is { } view && !view.State.IsFinal() && !_left.IsCancellationRequested)
        {
            _follower = FollowAsync(Id);
        }

        await base.OnAfterRenderAsync(firstRender);
    }

    private async Task FollowAsync(long id)
    {
        try
        {
            // The watch tells that something happened; what is shown is read from the ledger, at most twice a second.
            var shownAt = Time.GetTimestamp() - Time.TimestampFrequency;
            await foreach (var update in Runs.WatchAsync(id, _left.Token))
            {
                if (id != Id)
                {
                    return;
                }

                if (update is RunStateChanged || Time.GetElapsedTime(shownAt) >= Spacing)
                {
                    shownAt = Time.GetTimestamp();
                    await InvokeAsync(RefreshAsync);
                }
            }

            await InvokeAsync(RefreshAsync);
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task RefreshAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _view = await Runs.GetAsync(Id, _left.Token);
        if (_view is not { } view)
        {
            return;
        }

        _numbers = RunNumbers.Read(view.ResultJson ?? view.NumbersJson);
        _items = view.Items > 0 ? await Runs.ListItemsAsync(Id, 0, ItemsShown, _left.Token) : [];
        for (var page = await Runs.ListEventsAsync(Id, _lastEvent, 1000, _left.Token); page.Count > 0; page = await Runs.ListEventsAsync(Id, _lastEvent, 1000, _left.Token))
        {
            _log.AddRange(page);
            _lastEvent = page[^1].Id;
        }

        _log.RemoveRange(0, Math.Max(0, _log.Count - LinesKept));
    }

    private async Task CancelAsync()
    {
        var outcome = await Actions.CancelAsync(Id, _left.Token);
        Snackbar.Add(T["run.cancel-" + (outcome is CancelOutcome.Requested ? "requested" : outcome is CancelOutcome.Cancelled ? "done" : "over")], Severity.Normal);
        Back();
        await ReadAsync();
    }

    private async Task RetryAsync()
    {
        if (await Actions.RetryAsync(Id, _left.Token) is not { } run)
        {
            Snackbar.Add(T["run.busy"], Severity.Normal);
            return;
        }

        Snackbar.Add(T.Of("runs.queued", run.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)), Severity.Normal);
        if (run.Id != Id)
        {
            Navigation.NavigateTo($"runs/{run.Id}");
            return;
        }

        await ReadAsync();
    }

    private void Back() => Navigation.NavigateTo($"runs/{Id}");
}
