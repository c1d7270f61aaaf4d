namespace ArchiveJobs.Master;

/// <summary>What a token may do; each includes the one before. The numbers are stored and never reused.</summary>
public enum TokenScope
{
    /// <summary>Lists, details, the audit trail; no mail.</summary>
    Read = 0,

    /// <summary>Starts, cancels and retries runs; pauses, skips and triggers schedules.</summary>
    Operate = 1,

    /// <summary>Everything, mail included.</summary>
    Admin = 2,
}

/// <summary>A program's key to the REST API. Its secret is shown once and not kept.</summary>
public sealed class ApiToken
{
    public int Id { get; set; }

    /// <summary>Unique; what it did stands in the audit trail under this name, also after it was revoked.</summary>
    public required string Name { get; set; }

    /// <summary>The part of the text that finds the row; not secret. Unique.</summary>
    public required string PublicId { get; set; }

    /// <summary>SHA-256 of the secret, 32 octets. The secret is 256 random bits: there is nothing to guess, so nothing to stretch or salt.</summary>
    public required byte[] SecretHash { get; set; }

    public TokenScope Scope { get; set; }

    /// <summary>Searches and reads mail, whatever the scope.</summary>
    public bool ReadsMail { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public required string CreatedBy { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>To within ten minutes; null when never.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public string? RevokedBy { get; set; }

    public bool MayReadMail => ReadsMail || Scope == TokenScope.Admin;
}
