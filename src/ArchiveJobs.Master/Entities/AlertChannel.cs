namespace ArchiveJobs.Master;

/// <summary>One way alerts reach people.</summary>
public sealed class AlertChannel
{
    public int Id { get; set; }

    /// <summary>Unique, for people.</summary>
    public required string Name { get; set; }

    /// <summary>smtp, network-message or pickup.</summary>
    public required string Kind { get; set; }

    /// <summary>Settings of the kind, without the secret.</summary>
    public required string SettingsJson { get; set; }

    /// <summary>Made by ISecretProtector for "alert-channel"; null when there is none.</summary>
    public byte[]? ProtectedSecret { get; set; }

    /// <summary>en or ja.</summary>
    public required string Language { get; set; }

    /// <summary>A channel that is off gets no new deliveries; those that wait stay.</summary>
    public bool IsEnabled { get; set; } = true;

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}
