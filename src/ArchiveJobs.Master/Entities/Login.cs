namespace ArchiveJobs.Master;

/// <summary>What a person may do in the dashboard. The numbers are stored and never reused.</summary>
public enum LoginRole
{
    /// <summary>Everything.</summary>
    Administrator = 0,

    /// <summary>Starts, cancels and retries runs; sees no mail.</summary>
    Operator = 1,

    /// <summary>Reads everything, mail included; changes nothing.</summary>
    Auditor = 2,
}

/// <summary>A person who logs in to the dashboard. Archive users (<see cref="User"/>) are owners of mail and need none.</summary>
public sealed class Login
{
    public int Id { get; set; }

    public required string Name { get; set; }

    /// <summary><see cref="Name"/> as it is compared; unique.</summary>
    public required string NameKey { get; set; }

    /// <summary>Salted and stretched; made by ASP.NET Core Identity.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>New whenever password or role change: sessions that carry an older one end.</summary>
    public string SecurityStamp { get; set; } = "";

    public LoginRole Role { get; set; }

    /// <summary>Language of the pages: en or ja; null as the browser asks.</summary>
    public string? Language { get; set; }

    /// <summary>The password was given by somebody else.</summary>
    public bool MustChangePassword { get; set; }

    public bool IsDisabled { get; set; }

    /// <summary>Refused passwords in a row.</summary>
    public int FailedAttempts { get; set; }

    /// <summary>No password is looked at before then.</summary>
    public DateTimeOffset? LockedUntil { get; set; }

    public DateTimeOffset? LastLoginAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
