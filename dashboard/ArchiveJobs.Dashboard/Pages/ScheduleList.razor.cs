using System.Globalization;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>What will run, when, and how did it go the last time?</summary>
public sealed partial class ScheduleList
{
    private const int SlotsShown = 3;

    private IReadOnlyList<ListedSchedule>? _schedules;
    private IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    private DateTime? _until;
    private bool _mayOperate, _mayAdminister, _loaded;
    private string? _problem;

    /// <summary>The schedule whose pause is asked about.</summary>
    [SupplyParameterFromQuery] public int? Pause { get; set; }

    /// <summary>The schedule whose removal is asked about.</summary>
    [SupplyParameterFromQuery] public int? Remove { get; set; }

    [Inject] internal ScheduleReader Schedules { get; set; } = null!;

    [Inject] internal ScheduleActions Actions { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        _mayOperate = await Guard.MayAsync(Rights.Operate);
        _mayAdminister = await Guard.MayAsync(Rights.Administer);
        await ReadAsync(Left);
        _loaded = true;
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _names = await Shelf.NamesAsync(cancellationToken);
        _schedules = await Schedules.ListAsync(SlotsShown, cancellationToken);
    }

    protected override bool Concerns(RunUpdate update) => update is RunStateChanged;

    private bool IsRunning(ScheduleView schedule) => schedule.IsEnabled && !(schedule.PausedUntil > T.Now);

    private string StateOf(ScheduleView schedule) => schedule.OverdueSince is not null ? T["schedules.overdue"] : T[IsRunning(schedule) ? "schedules.enabled" : "schedules.paused"];

    private string MissedOf(ScheduleView schedule)
    {
        var rule = schedule.CatchUp == CatchUpRule.All ? T.Of("schedules.missed-All", schedule.CatchUpLimit) : T["schedules.missed-" + schedule.CatchUp];
        return schedule.Waiting.Count > 0 ? rule + T["rule.comma"] + " " + T.Of("schedules.waiting", schedule.Waiting.Count) : rule;
    }

    private ScheduleView? Asked(int? id) => id is null ? null : _schedules?.FirstOrDefault(entry => entry.View.Id == id)?.View;

    private async Task TriggerAsync(ScheduleView schedule)
    {
        try
        {
            var run = await Actions.TriggerAsync(schedule.Id, Left);
            Snackbar.Add(T.Of(run.IsNew ? "runs.queued" : "runs.queued-already", run.Id.ToString(CultureInfo.InvariantCulture)), Severity.Normal);
            await TellAsync(null);
        }
        catch (ScheduleException e)
        {
            await TellAsync(e.Message);
        }
    }

    private async Task SkipAsync(ScheduleView schedule) => await TellAsync(await Actions.SkipNextAsync(schedule.Name, Left));

    private async Task ResumeAsync(ScheduleView schedule) => await TellAsync(await Actions.ResumeAsync(schedule.Name, Left));

    private async Task PauseAsync()
    {
        if (Asked(Pause) is not { } schedule)
        {
            return;
        }

        DateTimeOffset? until = _until is { } local ? new DateTimeOffset(local, T.Zone.GetUtcOffset(local)) : null;
        Back();
        await TellAsync(until <= T.Now ? T["schedules.pause-past"] : await Actions.PauseAsync(schedule.Name, until, Left));
        _until = null;
    }

    private async Task RemoveAsync()
    {
        if (Asked(Remove) is not { } schedule)
        {
            return;
        }

        Back();
        var followers = _schedules!.Where(other => string.Equals(other.View.After, schedule.Name, StringComparison.OrdinalIgnoreCase)).Select(other => other.View.Name).ToList();
        await TellAsync(followers.Count > 0 ? T.Of("schedules.followed", string.Join(T["rule.comma"] + " ", followers)) : await Actions.RemoveAsync(schedule.Name, Left));
    }

    private async Task TellAsync(string? problem)
    {
        _problem = problem;
        await ReadAsync(Left);
    }

    private void Back() => Navigation.NavigateTo("schedules");
}
