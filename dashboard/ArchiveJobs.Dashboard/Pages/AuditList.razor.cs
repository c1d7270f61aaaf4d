using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Dashboard.Text;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Who did what, and is the trail whole? The filter and the page are in the URL; new rows wait until somebody asks for them.</summary>
public sealed partial class AuditList
{
    private const int PageSize = 50;
    private const int MostNew = 1000;
    private static readonly string[] Objects = ["run", "profile", "store", "schedule", "channel", "alert", "delivery", "setting", "user", "session"];

    private IReadOnlyList<string> _actions = [];
    private List<AuditEvent> _rows = [];
    private AuditHead? _head;
    private RunSummary? _verified;
    private long _verifiedTo;
    private int _newRows;
    private bool _mayOperate, _loaded, _hasMore;
    private string _action = "", _actor = "", _object = "", _number = "", _result = "";
    private DateTime? _from, _to;

    [SupplyParameterFromQuery] public string? Action { get; set; }

    [SupplyParameterFromQuery] public string? Actor { get; set; }

    [SupplyParameterFromQuery(Name = "object")] public string? Thing { get; set; }

    [SupplyParameterFromQuery] public string? Id { get; set; }

    [SupplyParameterFromQuery] public string? Result { get; set; }

    /// <summary>First day, in the zone of the reader.</summary>
    [SupplyParameterFromQuery] public string? From { get; set; }

    /// <summary>Last day.</summary>
    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? Before { get; set; }

    [Inject] internal AuditReader Trail { get; set; } = null!;

    [Inject] internal IRunService Runs { get; set; } = null!;

    [Inject] internal RunActions Actions { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    private bool IsFiltered => new[] { Action, Actor, Thing, Id, Result, From, To }.Any(value => value is { Length: > 0 });

    private AuditFilter Filter => new()
    {
        Action = Given(Action),
        Actor = Given(Actor),
        ObjectKind = Given(Thing),
        ObjectId = Given(Id),
        Result = Enum.TryParse<AuditResult>(Result, out var result) ? result : null,
        Since = Day(From) is { } from ? Start(from) : null,
        Until = Day(To) is { } to ? Start(to.AddDays(1)) : null,
    };

    protected override TimeSpan? AtLatestAfter => TimeSpan.FromSeconds(5);

    protected override async Task OnParametersSetAsync()
    {
        await Guard.RequireAsync(Rights.ReadAudit, Left);
        _mayOperate = await Guard.MayAsync(Rights.Operate);
        (_action, _actor, _object, _number, _result) = (Action ?? "", Actor ?? "", Thing ?? "", Id ?? "", Result ?? "");
        (_from, _to) = (Day(From)?.ToDateTime(TimeOnly.MinValue), Day(To)?.ToDateTime(TimeOnly.MinValue));
        _actions = await Trail.ListActionsAsync(Left);
        await ShowNewAsync();
        _loaded = true;
    }

    /// <summary>Rows keep their places; their numbers come when they are sealed.</summary>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadChainAsync(cancellationToken);
        var newest = await Trail.ListAsync(Filter, BeforeId, MostNew, cancellationToken);
        var fresh = newest.ToDictionary(row => row.Id);
        _newRows = Before is null ? newest.Count(row => _rows.Count == 0 || row.Id > _rows[0].Id) : 0;
        _rows = _rows.ConvertAll(row => fresh.GetValueOrDefault(row.Id, row));
    }

    protected override bool Concerns(RunUpdate update) => update is RunStateChanged;

    private async Task ReadChainAsync(CancellationToken cancellationToken)
    {
        _head = await Trail.ReadHeadAsync(cancellationToken);
        _verified = await Runs.ListAsync(new RunFilter { Kind = "VerifyAudit" }, null, 1, cancellationToken) is [var latest, ..] ? latest : null;
        _verifiedTo = _verified is { State: RunState.Succeeded } run && await Runs.GetAsync(run.Id, cancellationToken) is { } view
            ? RunNumbers.Long(RunValues.Arguments(view.ResultJson), "head")
            : 0;
    }

    private async Task ShowNewAsync()
    {
        await ReadChainAsync(Left);
        var page = await Trail.ListAsync(Filter, BeforeId, PageSize + 1, Left);
        _hasMore = page.Count > PageSize;
        _rows = [.. page.Take(PageSize)];
        _newRows = 0;
    }

    private async Task VerifyAsync()
    {
        var run = await Actions.StartAsync("VerifyAudit", new { }, Left);
        Snackbar.Add(T.Of(run.IsNew ? "runs.queued" : "runs.queued-already", run.Id.ToString(CultureInfo.InvariantCulture)), Severity.Normal);
        await ReadChainAsync(Left);
    }

    private void Apply()
    {
        (Action, Actor, Thing, Id, Result) = (_action, _actor.Trim(), _object, _number.Trim(), _result);
        (From, To) = (Iso(_from), Iso(_to));
        Navigation.NavigateTo(Url(before: null));
    }

    private long? BeforeId => long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    private string Url(string? before) => Navigation.GetUriWithQueryParameters("audit", new Dictionary<string, object?>
    {
        ["action"] = Given(Action), ["actor"] = Given(Actor), ["object"] = Given(Thing), ["id"] = Given(Id), ["result"] = Given(Result),
        ["from"] = Given(From), ["to"] = Given(To), ["before"] = before,
    });

    private string NameOf(string action) => T.Maybe("action." + action) ?? action;

    private static string? Link(AuditEvent row) => row.ObjectKind switch
    {
        "run" => $"runs/{row.ObjectId}",
        "profile" => $"profiles/{row.ObjectId}",
        _ => null,
    };

    /// <summary>The values of the event, one a line; a text of another version as it is.</summary>
    private static IEnumerable<(string Name, string Value)> DetailsOf(AuditEvent row)
    {
        var details = RunValues.Arguments(row.DetailsJson);
        return details.ValueKind == JsonValueKind.Object ? details.EnumerateObject().Select(value => (value.Name, value.Value.ToString())) : [("", row.DetailsJson)];
    }

    private DateTimeOffset Start(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, T.Zone.GetUtcOffset(local));
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9999 ? day : null;

    private static string? Iso(DateTime? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Given(string? text) => text is { Length: > 0 } ? text : null;
}
