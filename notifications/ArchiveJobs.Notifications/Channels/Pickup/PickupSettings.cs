namespace ArchiveJobs.Notifications.Channels.Pickup;

/// <summary>A directory that takes one .eml a notice.</summary>
public sealed record PickupSettings : ChannelSettings
{
    /// <summary>A full path; made when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Sender shown in the files.</summary>
    public string From { get; init; } = "archivejobs@localhost";

    /// <summary>Recipient shown in the files.</summary>
    public string To { get; init; } = "administrators@localhost";

    public override IReadOnlyList<string> Problems() =>
        Path.IsPathFullyQualified(Directory) ? [] : [$"\"{Directory}\" is not a full path."];
}
