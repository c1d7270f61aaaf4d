using System.Globalization;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>What happened, and why. The filter and the page are in the URL; rows keep their places while their states change.</summary>
public sealed partial class RunList
{
    private const int PageSize = 50;
    private static readonly string[] Shows = ["", "need", "live"];

    private List<RunSummary> _runs = [];
    private IReadOnlyList<Need> _needs = [];
    private IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    private bool _hasMore, _loaded, _mayOperate;
    private int _newRuns;

    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [SupplyParameterFromQuery] public string? State { get; set; }

    [SupplyParameterFromQuery] public string? Store { get; set; }

    [SupplyParameterFromQuery] public string? Show { get; set; }

    [SupplyParameterFromQuery] public string? Before { get; set; }

    [Inject] internal IRunService Runs { get; set; } = null!;

    [Inject] internal JobRegistry Registry { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    [Inject] internal Needs Needs { get; set; } = null!;

    [Inject] internal RunActions Actions { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    private bool IsFiltered => Kind is not null || State is not null || Store is not null || Show is not null;

    private RunFilter Filter => new()
    {
        Kind = string.IsNullOrEmpty(Kind) ? null : Kind,
        State = Enum.TryParse<RunState>(State, out var state) ? state : null,
        StoreId = int.TryParse(Store, NumberStyles.None, CultureInfo.InvariantCulture, out var store) ? store : null,
        IsLive = Show == "live" ? true : null,
        NeedsPerson = Show == "need",
    };

    protected override async Task OnParametersSetAsync()
    {
        _mayOperate = await Guard.MayAsync(Rights.Operate);
        _names = await Shelf.NamesAsync(Left);
        await ShowNewAsync();
        _loaded = true;
    }

    /// <summary>States change in place; new runs wait until somebody asks for them.</summary>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var fresh = await PageAsync(cancellationToken);
        var shown = _runs.Select(run => run.Id).ToHashSet();
        _newRuns = Before is null ? fresh.Count(run => !shown.Contains(run.Id)) : 0;
        var now = fresh.ToDictionary(run => run.Id);
        var rows = new List<RunSummary>(_runs.Count);
        foreach (var run in _runs)
        {
            rows.Add(now.TryGetValue(run.Id, out var changed) ? changed : (await Runs.GetAsync(run.Id, cancellationToken))?.Summary ?? run);
        }

        _runs = rows;
        if (_runs.Count == 0)
        {
            await ShowNewAsync();
        }
    }

    protected override bool Concerns(RunUpdate update) => update is RunStateChanged;

    private async Task ShowNewAsync()
    {
        var page = await PageAsync(Left);
        _hasMore = page.Count > PageSize;
        _runs = [.. page.Take(PageSize)];
        _needs = Show == "need" ? await Needs.ListAsync(Left) : [];
        _newRuns = 0;
    }

    private Task<IReadOnlyList<RunSummary>> PageAsync(CancellationToken cancellationToken) =>
        Runs.ListAsync(Filter, long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null, PageSize + 1, cancellationToken);

    private async Task RetryAsync(IReadOnlyList<long> ids)
    {
        Snackbar.Add(T.Of("runs.retried", await Actions.RetryAllAsync(ids, Left)), Severity.Normal);
        await ShowNewAsync();
    }

    private void Go(string? kind = null, string? state = null, string? store = null) => Navigation.NavigateTo(Url(kind, state, store));

    /// <summary>Null keeps what the URL says; empty takes it out.</summary>
    private string Url(string? kind = null, string? state = null, string? store = null, string? show = null, string? before = null) =>
        Navigation.GetUriWithQueryParameters("runs", new Dictionary<string, object?>
        {
            ["kind"] = Kept(kind, Kind), ["state"] = Kept(state, State), ["store"] = Kept(store, Store), ["show"] = Kept(show, Show), ["before"] = before is { Length: > 0 } ? before : null,
        });

    private static string? Kept(string? wanted, string? present) => (wanted ?? present) is { Length: > 0 } value ? value : null;
}
