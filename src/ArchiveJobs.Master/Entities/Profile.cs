using System.ComponentModel.DataAnnotations.Schema;

namespace ArchiveJobs.Master;

/// <summary>What to archive and how.</summary>
public sealed class Profile
{
    public int Id { get; set; }

    /// <summary>Unique.</summary>
    public required string Name { get; set; }

    /// <summary>imap, pop3, mbox, maildir or eml.</summary>
    public required string SourceKind { get; set; }

    /// <summary><see cref="Settings"/> as it is stored.</summary>
    public string SettingsJson { get; set; } = "{}";

    /// <summary>Where it archives; null for the store that is ArchiveHere.</summary>
    public int? StoreId { get; set; }

    /// <summary>How many mailboxes are read at once. At least 1.</summary>
    public int Connections { get; set; } = 4;

    /// <summary>One of its runs came to a good end; decides whether an unknown host is a mistake or a fault.</summary>
    public bool HasEverWorked { get; set; }

    public long? LastGoodRunId { get; set; }

    public DateTimeOffset? LastGoodRunAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>A copy; assign it back to change it.</summary>
    [NotMapped]
    public ProfileSettings Settings
    {
        get => ProfileSettings.FromJson(SettingsJson);
        set => SettingsJson = value.ToJson();
    }
}
