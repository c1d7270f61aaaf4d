namespace ArchiveJobs.Master;

/// <summary>An archive user: the owner of a mailbox in the archive. Made when an account is first archived; a login is another matter.</summary>
public sealed class User
{
    public int Id { get; set; }

    /// <summary>Unique without regard to case, see <see cref="NameKey"/>.</summary>
    public required string Name { get; set; }

    /// <summary><see cref="Name"/> in lower case (invariant).</summary>
    public required string NameKey { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>A user of this name, with its key.</summary>
    public static User Named(string name, DateTimeOffset createdAt) => new() { Name = name, NameKey = KeyOf(name), CreatedAt = createdAt };

    public static string KeyOf(string name) => name.Trim().ToLowerInvariant();
}
