using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Channels;

namespace ArchiveJobs.Notifications.Settings;

/// <summary>Channels by kind, and their settings as they are kept: JSON without the secret, the secret encrypted beside it.</summary>
internal sealed class ChannelBook(IEnumerable<IAlertChannel> channels, ISecretProtector secrets)
{
    private const string Purpose = "alert-channel";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    private readonly Dictionary<string, IAlertChannel> _byKind = channels.ToDictionary(channel => channel.Kind, StringComparer.Ordinal);

    public IAlertChannel? Find(string kind) => _byKind.GetValueOrDefault(kind);

    /// <summary>The kind that takes these settings.</summary>
    public IAlertChannel For(ChannelSettings settings) => _byKind.Values.Single(channel => channel.SettingsType == settings.GetType());

    public void Write(AlertChannel row, ChannelSettings settings)
    {
        row.SettingsJson = JsonSerializer.Serialize(settings, settings.GetType(), Json);
        row.ProtectedSecret = settings.Secret is { } secret ? secrets.Protect(Encoding.UTF8.GetBytes(secret), Purpose) : null;
    }

    /// <summary>With the secret.</summary>
    /// <exception cref="JsonException">Not written by this program.</exception>
    /// <exception cref="Core.ArchiveException">The secret was made under another installation key.</exception>
    public ChannelSettings Read(AlertChannel row)
    {
        var settings = ReadWithoutSecret(row);
        return row.ProtectedSecret is { } secret ? settings with { Secret = Encoding.UTF8.GetString(secrets.Unprotect(secret, Purpose)) } : settings;
    }

    /// <exception cref="JsonException">Not written by this program, or a kind this version does not know.</exception>
    public ChannelSettings ReadWithoutSecret(AlertChannel row)
    {
        var channel = Find(row.Kind) ?? throw new JsonException($"There is no kind of channel {row.Kind}.");
        return JsonSerializer.Deserialize(row.SettingsJson, channel.SettingsType, Json) as ChannelSettings ?? throw new JsonException("No settings.");
    }
}
