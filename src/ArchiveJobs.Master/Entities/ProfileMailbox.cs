namespace ArchiveJobs.Master;

/// <summary>One account of a profile.</summary>
public sealed class ProfileMailbox
{
    public int Id { get; set; }

    public int ProfileId { get; set; }

    /// <summary>Name to log in with; unique in the profile.</summary>
    public required string LoginName { get; set; }

    /// <summary>Made by ISecretProtector for "mailbox-password"; null when none is needed.</summary>
    public byte[]? ProtectedPassword { get; set; }

    /// <summary>Its mail address; null when it is the login name.</summary>
    public string? Address { get; set; }

    /// <summary>The archive user whose tree it fills.</summary>
    public int UserId { get; set; }

    /// <summary>The credentials have been refused since then; null when the circuit is closed.</summary>
    public DateTimeOffset? CircuitOpenSince { get; set; }

    /// <summary>When one login may be tried although the circuit is open.</summary>
    public DateTimeOffset? NextProbeAt { get; set; }

    /// <summary>The situation that opened the circuit, as JSON.</summary>
    public string? CircuitSituationJson { get; set; }
}
