using System.Globalization;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Dashboard.Text;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Is every store whole, and could it be restored? Buttons start job kinds by name; a kind that is not there has no button.</summary>
public sealed partial class StoreList
{
    private static readonly string[] Kinds = ["VerifyStore", "CompactStore", "RebuildStoreIndex", "CreateBackup"];

    private IReadOnlyList<ShelvedStore>? _stores;
    private Dictionary<int, long> _busy = [];
    private bool _mayOperate;
    private string _backupPath = "";
    private string? _backupProblem;

    /// <summary>The store whose compaction is asked about.</summary>
    [SupplyParameterFromQuery] public int? Compact { get; set; }

    /// <summary>Where to back up to is asked.</summary>
    [SupplyParameterFromQuery] public bool Backup { get; set; }

    [Inject] internal BackupActions Backups { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    [Inject] internal IRunService Runs { get; set; } = null!;

    [Inject] internal RunActions Actions { get; set; } = null!;

    [Inject] internal JobRegistry Registry { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    private string? Facts => _stores is null ? null
        : T.Of("stores.facts", _stores.Count, Words.Size(_stores.Sum(store => store.Numbers?.StoredBytes ?? 0)), _stores.Sum(store => store.Numbers?.Messages ?? 0));

    protected override async Task OnInitializedAsync()
    {
        _mayOperate = await Guard.MayAsync(Rights.Operate);
        _backupPath = await Backups.LastPathAsync(Left) ?? Backups.Roots.FirstOrDefault(root => root.EndsWith("-backups", StringComparison.Ordinal)) ?? "";
        await ReadAsync(Left);
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _stores = await Shelf.ListAsync(cancellationToken);
        var live = await Runs.ListAsync(new RunFilter { State = RunState.Running }, null, 100, cancellationToken);
        _busy = live.Where(run => run.StoreId is not null).GroupBy(run => run.StoreId!.Value).ToDictionary(group => group.Key, group => group.First().Id);
    }

    protected override bool Concerns(RunUpdate update) => update is RunStateChanged;

    /// <summary>Null when the button works.</summary>
    private string? WhyNot(string kind, ShelvedStore store) =>
        kind == "CompactStore" && store.Row.State is StoreState.WriteProtected or StoreState.Damaged ? T["stores.no-compact"] : null;

    private async Task PressAsync(string kind, int store)
    {
        if (kind == "CompactStore")
        {
            Navigation.NavigateTo($"stores?compact={store.ToString(CultureInfo.InvariantCulture)}");
            return;
        }

        if (kind == "CreateBackup")
        {
            _backupProblem = null;
            Navigation.NavigateTo("stores?backup=true");
            return;
        }

        await StartAsync(kind, store);
    }

    private async Task BackUpAsync()
    {
        var asked = await Backups.StartAsync(_backupPath, Left);
        _backupProblem = asked.Problem;
        if (asked.Run is { } run)
        {
            Back();
            Snackbar.Add(T.Of(run.IsNew ? "runs.queued" : "runs.queued-already", run.Id.ToString(CultureInfo.InvariantCulture)), Severity.Normal);
        }
    }

    private async Task CompactAsync()
    {
        var store = Compact!.Value;
        Back();
        await StartAsync("CompactStore", store);
    }

    private async Task StartAsync(string kind, int? store)
    {
        try
        {
            // Not every kind is about one store: a backup takes them all.
            var takesStore = store is not null && Registry.Find(kind)!.Arguments.Any(argument => argument.Name == "id");
            var run = takesStore ? await Actions.OnStoreAsync(kind, store!.Value, Left) : await Actions.StartAsync(kind, new { }, Left);
            Snackbar.Add(T.Of(run.IsNew ? "runs.queued" : "runs.queued-already", run.Id.ToString(CultureInfo.InvariantCulture)), Severity.Normal);
        }
        catch (JobArgumentsException e)
        {
            Snackbar.Add(e.Message, Severity.Error);
        }

        await ReadAsync(Left);
    }

    private void Back() => Navigation.NavigateTo("stores");
}
