using System.Text.Json.Serialization;

namespace ArchiveJobs.Notifications.Channels;

/// <summary>Settings of a channel; kept as JSON of the type that the channel names, without the secret.</summary>
public abstract record ChannelSettings
{
    /// <summary>Password or key; kept encrypted beside the JSON, never printed.</summary>
    [JsonIgnore]
    public string? Secret { get; init; }

    /// <summary>Everyone who gets the alert by these settings; empty for channels with a single receiver.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> Recipients => [];

    /// <summary>The same settings for some of the recipients: a retry addresses only those who are left.</summary>
    public virtual ChannelSettings For(IReadOnlyList<string> recipients) => this;

    /// <summary>All that is wrong with them, in English, one sentence each; empty when they can be used.</summary>
    public abstract IReadOnlyList<string> Problems();

    /// <summary>Only the type: settings may end up in logs.</summary>
    public sealed override string ToString() => GetType().Name;
}
