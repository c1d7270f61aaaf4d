namespace ArchiveJobs.Core.Sources;

public enum ConnectionSecurity
{
    None,
    StartTls,
    Tls,
}

/// <summary>How to reach one account. Kept in memory only while a run lasts; the password is never logged.</summary>
public sealed record MailboxConnection
{
    /// <summary>imap, pop3, mbox, maildir or eml.</summary>
    public required string Kind { get; init; }

    public string Host { get; init; } = "";

    /// <summary>1 to 65535.</summary>
    public int Port { get; init; }

    public ConnectionSecurity Security { get; init; } = ConnectionSecurity.Tls;

    /// <summary>Accept any certificate. Standing warning.</summary>
    public bool IgnoreCertificate { get; init; }

    /// <summary>PEM text of certificates trusted beside the system's; null for none.</summary>
    public string? TrustedCertificates { get; init; }

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>File or directory, for file sources.</summary>
    public string Path { get; init; } = "";

    /// <summary>mbox: lines that begin with one or more '>' and "From " lose one '>' (mboxrd).</summary>
    public bool UnquoteMboxrd { get; init; }

    /// <summary>The longest silence of a server, per operation.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Larger messages are not fetched (message.too-large). Octets.</summary>
    public long MaxMessageOctets { get; init; } = int.MaxValue;

    public override string ToString() => $"{Kind} {User}@{Host}:{Port} {Path}";
}
