using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <param name="BaseUrl">Where people reach the dashboard; "none" for no links; left out: as it is.</param>
/// <param name="ReminderHours">Left out: as it is.</param>
internal sealed record AlertSettingsBody(string? BaseUrl = null, int? ReminderHours = null);

/// <summary>What people were told, and what became of it.</summary>
internal static class AlertsApi
{
    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAsync).For(ApiRight.Read).Tells("listAlerts", "Alerts, newest first; open=true leaves out those that have ended.");
        api.MapPost("/alerts/{id:long}/dismiss", DismissAsync).For(ApiRight.Operate).Tells("dismissAlert", "Takes note: no reminder follows; the same cause alerts anew.");
        api.MapGet("/alerts/deliveries", DeliveriesAsync).For(ApiRight.Read).Tells("listDeliveries", "What was sent, what waits and what was given up, newest first.");
        api.MapPost("/alerts/deliveries/{id:long}/retry", RetryAsync).For(ApiRight.Operate).Tells("retryDelivery", "Has it tried again at once.");
        api.MapGet("/alerts/settings", ShowSettingsAsync).For(ApiRight.Read).Tells("getAlertSettings", "What holds for all alerts.");
        api.MapPatch("/alerts/settings", ChangeSettingsAsync).For(ApiRight.Admin).Takes<AlertSettingsBody>().Tells("changeAlertSettings", "Changes what is given.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IAlertService alerts, bool? open, long? after, int? limit)
    {
        var size = ApiJson.Limit(limit);
        var page = await alerts.ListAlertsAsync(open ?? false, after, size, http.RequestAborted);
        return ApiJson.Page("alerts", page.Select(AlertListCommand.ToJson), page.Count == size ? page[^1].Id : null);
    }

    private static async Task<IResult> DismissAsync(HttpContext http, IAlertService alerts, long id) => await alerts.DismissAsync(id, http.Actor(), http.RequestAborted)
        ? ApiJson.Answer(new JsonObject { ["dismissed"] = id })
        : throw ApiException.Missing($"open alert {id}");

    private static async Task<IResult> DeliveriesAsync(HttpContext http, IAlertService alerts, AlertDeliveryState? state, long? after, int? limit)
    {
        var size = ApiJson.Limit(limit);
        var page = await alerts.ListDeliveriesAsync(state, after, size, http.RequestAborted);
        return ApiJson.Page("deliveries", page.Select(AlertDeliveriesCommand.ToJson), page.Count == size ? page[^1].Id : null);
    }

    private static async Task<IResult> RetryAsync(HttpContext http, IAlertService alerts, long id) => await alerts.RetryAsync(id, http.Actor(), http.RequestAborted)
        ? ApiJson.Answer(new JsonObject { ["retried"] = id })
        : throw ApiException.Missing($"delivery {id} that waits or was given up");

    private static async Task<IResult> ShowSettingsAsync(HttpContext http, IAlertService alerts) =>
        ApiJson.Answer(AlertSettingsCommand.ToJson(await alerts.ReadOptionsAsync(http.RequestAborted)));

    private static async Task<IResult> ChangeSettingsAsync(HttpContext http, IAlertService alerts)
    {
        var body = await ApiJson.ReadAsync<AlertSettingsBody>(http);
        var present = await alerts.ReadOptionsAsync(http.RequestAborted);
        var url = body.BaseUrl switch
        {
            null => present.BaseUrl,
            "none" => null,
            _ => Uri.TryCreate(body.BaseUrl, UriKind.Absolute, out var parsed) ? parsed : throw ApiException.Refused($"{body.BaseUrl} is no address."),
        };
        await alerts.WriteOptionsAsync(new AlertOptions(url, body.ReminderHours ?? present.ReminderHours), http.Actor(), http.RequestAborted);
        return await ShowSettingsAsync(http, alerts);
    }
}
