using System.Globalization;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Would I be told? What is open, where it is told, and what became of each delivery. The filter and the page are in the URL.</summary>
public sealed partial class AlertList
{
    private const int PageSize = 25;
    private const int MostAlerts = 100;
    private static readonly string[] States = ["", nameof(AlertDeliveryState.Pending), nameof(AlertDeliveryState.Delivered), nameof(AlertDeliveryState.Abandoned)];

    private IReadOnlyList<BoardAlert>? _alerts;
    private IReadOnlyList<BoardChannel>? _channels;
    private List<BoardDelivery> _deliveries = [];
    private bool _mayOperate, _mayAdminister, _loaded, _hasMore, _isBusy;
    private string _baseUrl = "", _hours = "";
    private string? _problem;
    private int? _tested;
    private ChannelTest? _test;

    [SupplyParameterFromQuery] public string? Show { get; set; }

    [SupplyParameterFromQuery] public string? State { get; set; }

    [SupplyParameterFromQuery] public string? Before { get; set; }

    /// <summary>The channel whose removal is asked about.</summary>
    [SupplyParameterFromQuery] public int? Remove { get; set; }

    [Inject] internal IAlertBoard Board { get; set; } = null!;

    [Inject] internal AlertActions Actions { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    private bool ShowsAll => Show == "all";

    private BoardChannel? Asked => Remove is { } id ? _channels?.FirstOrDefault(channel => channel.Id == id) : null;

    /// <summary>Deliveries change without a run that does.</summary>
    protected override TimeSpan? AtLatestAfter => TimeSpan.FromSeconds(3);

    protected override async Task OnParametersSetAsync()
    {
        if (!_loaded)
        {
            _mayOperate = await Guard.MayAsync(Rights.Operate);
            _mayAdminister = await Guard.MayAsync(Rights.Administer);
            var settings = await Board.ReadSettingsAsync(Left);
            (_baseUrl, _hours) = (settings.BaseUrl, settings.ReminderHours.ToString(CultureInfo.InvariantCulture));
        }

        await ReadAsync(Left);
        _loaded = true;
    }

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _alerts = await Board.ListAlertsAsync(!ShowsAll, MostAlerts, cancellationToken);
        _channels = await Board.ListChannelsAsync(cancellationToken);
        AlertDeliveryState? state = Enum.TryParse<AlertDeliveryState>(State, out var wanted) ? wanted : null;
        long? before = long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        var page = await Board.ListDeliveriesAsync(state, before, PageSize + 1, CultureInfo.CurrentUICulture, cancellationToken);
        _hasMore = page.Count > PageSize;
        _deliveries = [.. page.Take(PageSize)];
    }

    private string ThingOf(string type) => T.Maybe("thing." + type) ?? type;

    /// <summary>A job without a name of its own is called after its kind.</summary>
    private string NameOf(string type, string name) => type == "job" ? T.Kind(name) : name;

    private string WhereTo(BoardChannel channel) => channel.Draft switch
    {
        null => "",
        { Kind: "smtp" } smtp => $"{smtp.Host}:{smtp.Port.ToString(CultureInfo.InvariantCulture)}, {T["profile.security-" + smtp.Security]}, {string.Join(", ", smtp.To)}",
        { Kind: "network-message" } message => $"{message.Server}, {message.User}",
        var pickup => pickup.Directory,
    };

    private async Task TestAsync(BoardChannel channel)
    {
        _isBusy = true;
        (_tested, _test) = (null, null);
        try
        {
            _test = await Actions.TestAsync(channel.Id, Left);
            _tested = channel.Id;
        }
        finally
        {
            _isBusy = false;
        }

        await TellAsync(null);
    }

    private async Task SwitchAsync(BoardChannel channel) => await TellAsync(await Actions.SwitchAsync(channel.Id, !channel.IsEnabled, Left));

    private async Task RetryAsync(long delivery) => await TellAsync(await Actions.RetryAsync(delivery, Left) ? null : T["alerts.gone"]);

    private async Task AbandonAsync(long delivery) => await TellAsync(await Actions.AbandonAsync(delivery, Left) ? null : T["alerts.trying"]);

    private async Task DismissAsync(long alert) => await TellAsync(await Actions.DismissAsync(alert, Left) ? null : T["alerts.gone"]);

    private async Task RemoveAsync()
    {
        if (Asked is not { } channel)
        {
            return;
        }

        Back();
        await Actions.RemoveAsync(channel.Id, Left);
        await TellAsync(null);
    }

    private async Task SaveSettingsAsync()
    {
        if (!int.TryParse(_hours, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours is < 1 or > 8760)
        {
            await TellAsync(T["alerts.bad-hours"]);
            return;
        }

        var isAddress = _baseUrl.Trim().Length == 0 || (Uri.TryCreate(_baseUrl.Trim(), UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps));
        var problem = isAddress ? await Actions.WriteSettingsAsync(new AlertFrameSettings(_baseUrl, hours), Left) : T["alerts.bad-url"];
        if (problem is null)
        {
            Snackbar.Add(T["alerts.settings-saved"], Severity.Normal);
        }

        await TellAsync(problem);
    }

    private async Task TellAsync(string? problem)
    {
        _problem = problem;
        await ReadAsync(Left);
    }

    private void Back() => Navigation.NavigateTo(Url());

    /// <summary>Null keeps what the URL says; empty takes it out. A question is in it only while it is asked.</summary>
    private string Url(string? show = null, string? state = null, string? before = null, int? remove = null) =>
        Navigation.GetUriWithQueryParameters("alerts", new Dictionary<string, object?>
        {
            ["show"] = Kept(show, Show), ["state"] = Kept(state, State), ["before"] = Kept(before, Before), ["remove"] = remove,
        });

    private static string? Kept(string? wanted, string? present) => (wanted ?? present) is { Length: > 0 } value ? value : null;
}
