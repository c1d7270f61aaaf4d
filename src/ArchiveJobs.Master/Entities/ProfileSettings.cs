using System.Text.Json;
using System.Text.Json.Serialization;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Master;

/// <summary>The part of a profile that nothing queries by. Adding a property is allowed, renaming or reusing is not; unknown ones are kept out silently.</summary>
public sealed record ProfileSettings
{
    public string Host { get; init; } = "";

    /// <summary>1 to 65535; 0 for file sources.</summary>
    public int Port { get; init; }

    public ConnectionSecurity Security { get; init; } = ConnectionSecurity.Tls;

    /// <summary>Accept any certificate. Standing warning.</summary>
    public bool IgnoreCertificate { get; init; }

    /// <summary>PEM text of certificates trusted beside the system's; null for none.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>File or directory, for file sources.</summary>
    public string Path { get; init; } = "";

    /// <summary>The path holds one directory for each mailbox, named as its user.</summary>
    public bool Tree { get; init; }

    public bool UnquoteMboxrd { get; init; }

    /// <summary>The longest silence of a server, seconds.</summary>
    public int TimeoutSeconds { get; init; } = 120;

    /// <summary>Larger messages are not fetched. Octets.</summary>
    public long MaxMessageOctets { get; init; } = int.MaxValue;

    /// <summary>Folder patterns to archive; empty for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Folder patterns to leave out; they win over <see cref="Include"/>.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The port that servers listen on when nothing else was arranged (RFC 8314 section 3); 0 for file sources.</summary>
    /// <param name="kind">imap, pop3 or a file source.</param>
    public static int UsualPort(string kind, ConnectionSecurity security) => (kind, security) switch
    {
        ("imap", ConnectionSecurity.Tls) => 993,
        ("imap", _) => 143,
        ("pop3", ConnectionSecurity.Tls) => 995,
        ("pop3", _) => 110,
        _ => 0,
    };

    public string ToJson() => JsonSerializer.Serialize(this, MasterJson.Default.ProfileSettings);

    /// <exception cref="JsonException">Not written by <see cref="ToJson"/>.</exception>
    public static ProfileSettings FromJson(string json) =>
        JsonSerializer.Deserialize(json, MasterJson.Default.ProfileSettings) ?? new ProfileSettings();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProfileSettings))]
internal sealed partial class MasterJson : JsonSerializerContext;
