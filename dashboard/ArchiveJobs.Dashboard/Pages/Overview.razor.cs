using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Does anything need me? What runs, what comes next, what was archived, are the stores good?</summary>
public sealed partial class Overview
{
    private const int LastRuns = 6;
    private const int NextSlots = 6;

    private IReadOnlyList<Need> _needs = [];
    private IReadOnlyList<RunSummary> _live = [], _last = [];
    private IReadOnlyList<DayVolume> _volume = [];
    private IReadOnlyList<ScheduleView> _next = [];
    private IReadOnlyList<ShelvedStore>? _stores;
    private IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    private readonly Dictionary<long, RunProgress?> _progress = [];
    private bool _mayOperate, _hasProfile, _loaded;

    [Inject] internal Needs Needs { get; set; } = null!;

    [Inject] internal IRunService Runs { get; set; } = null!;

    [Inject] internal VolumeReader Volume { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    [Inject] internal ProfileReader Profiles { get; set; } = null!;

    [Inject] internal ScheduleReader Schedules { get; set; } = null!;

    [Inject] internal RunActions Actions { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    private DayVolume? Today => _volume.Count > 0 ? _volume[^1] : null;

    protected override async Task OnInitializedAsync()
    {
        _mayOperate = await Guard.MayAsync(Rights.Operate);
        await ReadAsync(Left);
        _loaded = true;
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _needs = await Needs.ListAsync(cancellationToken);
        _live = [.. (await Runs.ListAsync(new RunFilter { IsLive = true }, null, 100, cancellationToken)).OrderByDescending(run => run.State == RunState.Running)];
        _last = await Runs.ListAsync(new RunFilter { IsLive = false }, null, LastRuns, cancellationToken);
        _progress.Clear();
        foreach (var run in _live.Where(run => run.State == RunState.Running).Take(8))
        {
            _progress[run.Id] = (await Runs.GetAsync(run.Id, cancellationToken))?.Progress;
        }

        _next = await Schedules.UpcomingAsync(NextSlots, cancellationToken);
        _volume = await Volume.ReadAsync(cancellationToken);
        _stores = await Shelf.ListAsync(cancellationToken);
        _names = _stores.ToDictionary(store => store.Row.Id, store => store.Row.Name);
        _hasProfile = (await Profiles.ListAsync(null, null, cancellationToken)).Count > 0;
    }

    private async Task RetryAsync(IReadOnlyList<long> ids)
    {
        var count = await Actions.RetryAllAsync(ids, Left);
        Snackbar.Add(T.Of("runs.retried", count), Severity.Normal);
        await ReadAsync(Left);
    }
}
