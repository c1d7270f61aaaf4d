namespace ArchiveJobs.Notifications.Alerts;

/// <summary>One alert in the words of one reader; every channel takes from it what it can carry.</summary>
public sealed record RenderedAlert
{
    /// <summary>opened, reminded, recovered, test or digest.</summary>
    public required string Event { get; init; }

    /// <summary>BCP 47: en or ja.</summary>
    public required string Language { get; init; }

    /// <summary>Under 70 columns, a full-width character being two.</summary>
    public required string Subject { get; init; }

    /// <summary>Lines end with LF and are not wrapped.</summary>
    public required string Text { get; init; }

    public required string Html { get; init; }

    /// <summary>One paragraph under 200 characters.</summary>
    public required string Brief { get; init; }

    /// <summary>The same in English and ASCII, for a code page that cannot write <see cref="Brief"/>.</summary>
    public required string BriefAscii { get; init; }

    /// <summary>Without angle brackets. The same for every retry, so that a receiver can tell a mail it has already.</summary>
    public required string MessageId { get; init; }

    /// <summary>Message id of the first mail of this alert; null when this is the first.</summary>
    public string? FirstMessageId { get; init; }

    /// <summary>A file name for this notice, without extension; the same for every retry.</summary>
    public required string FileName { get; init; }

    /// <summary>Name of the sending host.</summary>
    public required string Host { get; init; }
}
