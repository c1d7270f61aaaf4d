using System.Text.Json.Nodes;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master.Paths;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <summary>A channel with all of its settings; when it is changed, a password that is left out stays.</summary>
internal sealed record ChannelBody
{
    /// <summary>smtp, network-message or pickup.</summary>
    public required string Kind { get; init; }

    public string? Name { get; init; }

    /// <summary>en or ja.</summary>
    public string? Language { get; init; }

    public bool? Enabled { get; init; }

    public string? Host { get; init; }

    public int? Port { get; init; }

    /// <summary>none, starttls or tls.</summary>
    public string? Security { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public string? CaCertificates { get; init; }

    public string? From { get; init; }

    public string[]? To { get; init; }

    /// <summary>Of network-message: name or address of the computer.</summary>
    public string? Server { get; init; }

    /// <summary>Of pickup: a folder on the host, below an allowed root.</summary>
    public string? Directory { get; init; }
}

internal static class ChannelsApi
{
    public static void MapChannels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts/channels", ListAsync).For(ApiRight.Read).Tells("listChannels", "Who is told, without passwords.");
        api.MapPost("/alerts/channels", AddAsync).For(ApiRight.Admin).Takes<ChannelBody>().Tells("addChannel", "Adds a channel.", StatusCodes.Status201Created);
        api.MapPut("/alerts/channels/{id:int}", ChangeAsync).For(ApiRight.Admin).Takes<ChannelBody>().Tells("changeChannel", "Replaces its settings.");
        api.MapDelete("/alerts/channels/{id:int}", RemoveAsync).For(ApiRight.Admin).Tells("removeChannel", "Removes it with what waits for it.");
        api.MapPost("/alerts/channels/{id:int}/test", TestAsync).For(ApiRight.Admin).Tells("testChannel", "Sends a test now and says what the other side answered.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IAlertService alerts) =>
        ApiJson.Page("channels", (await alerts.ListChannelsAsync(http.RequestAborted)).Select(AlertCommands.ToJson), null);

    private static async Task<IResult> AddAsync(HttpContext http, IAlertService alerts, PathRules paths)
    {
        var body = await ApiJson.ReadAsync<ChannelBody>(http);
        var added = await alerts.AddAsync(SettingsOf(body, paths), body.Name, body.Language ?? "en", http.Actor(), http.RequestAborted);
        return ApiJson.Created(http, $"{ApiRoutes.Base}/alerts/channels/{added.Id}", AlertCommands.ToJson(added));
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, IAlertService alerts, PathRules paths, int id)
    {
        var body = await ApiJson.ReadAsync<ChannelBody>(http);
        await FindAsync(http, alerts, id);
        var change = new ChannelChange { Name = body.Name, Settings = SettingsOf(body, paths), Language = body.Language, IsEnabled = body.Enabled };
        return ApiJson.Answer(AlertCommands.ToJson(await alerts.SetAsync(id, change, http.Actor(), http.RequestAborted)));
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, IAlertService alerts, int id)
    {
        await FindAsync(http, alerts, id);
        await alerts.RemoveAsync(id, http.Actor(), http.RequestAborted);
        return ApiJson.Answer(new JsonObject { ["removed"] = id });
    }

    private static async Task<IResult> TestAsync(HttpContext http, IAlertService alerts, int id)
    {
        var channel = await FindAsync(http, alerts, id);
        return ApiJson.Answer(AlertTestCommand.ToJson(channel, await alerts.TestAsync(id, http.Actor(), http.RequestAborted)));
    }

    private static async Task<ChannelView> FindAsync(HttpContext http, IAlertService alerts, int id) =>
        await alerts.FindChannelAsync(id, http.RequestAborted) ?? throw ApiException.Missing($"channel {id}");

    private static ChannelSettings SettingsOf(ChannelBody body, PathRules paths) => body.Kind switch
    {
        "smtp" => Smtp(body),
        "network-message" => new NetworkMessageSettings { Server = body.Server ?? "", User = body.User ?? "" },
        "pickup" => Pickup(new PickupSettings { Directory = paths.Check(body.Directory ?? "") }, body),
        _ => throw ApiException.Refused($"kind {body.Kind} is not known: smtp, network-message or pickup."),
    };

    private static PickupSettings Pickup(PickupSettings settings, ChannelBody body) => settings with { From = body.From ?? settings.From, To = body.To is [var to, ..] ? to : settings.To };

    private static SmtpSettings Smtp(ChannelBody body)
    {
        var security = ApiWords.Security(body.Security) ?? ConnectionSecurity.StartTls;
        return new SmtpSettings
        {
            Host = body.Host ?? "",
            Port = body.Port ?? AlertSmtpCommand.UsualPort(security),
            Security = security,
            User = body.User,
            Secret = body.Password,
            TrustedCertificates = ApiWords.Certificates(body.CaCertificates),
            From = body.From ?? "",
            To = body.To ?? [],
        };
    }
}
