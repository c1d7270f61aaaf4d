namespace ArchiveJobs.Notifications.Channels;

public enum DeliveryOutcome
{
    /// <summary>Everyone who can be reached has it.</summary>
    Delivered,

    /// <summary>A later try may help.</summary>
    Temporary,

    /// <summary>It stays so until somebody changes the settings.</summary>
    Permanent,
}

/// <summary>What came of one try.</summary>
/// <param name="Reason">A constant of <see cref="DeliveryReasons"/>; empty when delivered to all.</param>
/// <param name="Words">The other side's own words, 300 characters at most; for details only.</param>
public sealed record DeliveryResult(DeliveryOutcome Outcome, string Reason = "", string Words = "")
{
    /// <summary>Recipients whom a retry still has to address; empty: all of them.</summary>
    public IReadOnlyList<string> Remaining { get; init; } = [];

    /// <summary>Recipients refused for good.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    public static DeliveryResult Delivered { get; } = new(DeliveryOutcome.Delivered);
}

/// <summary>Why a delivery failed; each has a sentence in both languages (<c>delivery.REASON</c> in Templates/words.txt).</summary>
public static class DeliveryReasons
{
    public const string HostUnknown = "host.unknown";
    public const string HostRefused = "host.refused";
    public const string HostTimeout = "host.timeout";
    public const string Dropped = "server.dropped";
    public const string CertificateRefused = "tls.refused";
    public const string NoEncryption = "tls.no-starttls";
    public const string LoginRefused = "login.refused";
    public const string LoginNotOffered = "login.not-offered";
    public const string Deferred = "server.deferred";
    public const string Rejected = "server.rejected";
    public const string RecipientRefused = "recipient.refused";
    public const string SettingsInvalid = "settings.invalid";
    public const string NotAvailable = "not-available";
    public const string ProgramFailed = "program.failed";
    public const string PathFailed = "path.failed";
    public const string PathDenied = "path.denied";
    public const string Unexpected = "unexpected";
}
