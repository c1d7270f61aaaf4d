namespace ArchiveJobs.Master;

/// <summary>One setting of the installation by name.</summary>
public sealed class Setting
{
    public required string Name { get; set; }

    public required string Value { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}
