using System.Collections.Immutable;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Notifications.Alerts;

/// <summary>
/// What there is to tell, free of language and zone: texts are made from it for each reader. Plain values only, so that it can wait in the
/// outbox as JSON. Holds no passwords, subjects or correspondents.
/// </summary>
public sealed record Alert
{
    /// <summary>The same from opened to recovered; letters, digits and '-'. Mails of one alert form one conversation by it.</summary>
    public required string Id { get; init; }

    public required AlertEvent Event { get; init; }

    public required AlertSeverity Severity { get; init; }

    /// <summary>First word of the subject; shown for opened alerts, replaced by "Works again", "Reminder 2" and so on for the other events.</summary>
    public AlertState State { get; init; } = AlertState.Stopped;

    public required AlertSubject Subject { get; init; }

    /// <summary>Which sentences are said, and their values. For recovered alerts: what had been wrong, and caughtUp and failed, messages, where they were counted.</summary>
    public required Situation Situation { get; init; }

    /// <summary>Since when it is so.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last seen; shown in the details.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Reminders sent before and with this one; from 1.</summary>
    public int Reminder { get; init; }

    public AlertRun? Run { get; init; }

    public AffectedCounts Affected { get; init; } = new();

    /// <summary>Shown as label and value, in this order.</summary>
    public ImmutableArray<AlertFact> Facts { get; init; } = [];

    /// <summary>Messages concerned; 20 at most are shown.</summary>
    public ImmutableArray<AlertName> Names { get; init; } = [];

    /// <summary>Messages concerned beside <see cref="Names"/>.</summary>
    public int NamesLeftOut { get; init; }

    /// <summary>Further lines of the details.</summary>
    public ImmutableArray<AlertFact> Details { get; init; } = [];

    public AlertLinks Links { get; init; } = new();

    /// <summary>Name of the host that tells it, for example archive01.</summary>
    public required string Host { get; init; }

    /// <summary>Version of the program, for example 1.0.</summary>
    public required string Version { get; init; }

    /// <summary>Tells installations apart in the ids of mails; letters, digits and '-'.</summary>
    public string Installation { get; init; } = "local";
}

/// <summary>One step of an alert's life.</summary>
public enum AlertEvent
{
    Opened,
    Reminded,
    Recovered,
    Test,
    Digest,
}

/// <summary>Critical: mail may be lost or the archive is damaged. No reminder raises it.</summary>
public enum AlertSeverity
{
    Information,
    Warning,
    Error,
    Critical,
}

public enum AlertState
{
    Stopped,
    Failed,
    Damaged,
    Overdue,

    /// <summary>Everything that goes on but needs a person: low disk, silent mailbox, messages left out.</summary>
    NeedsALook,
}

/// <summary>The thing an alert is about.</summary>
/// <param name="Type">profile, store, backup, schedule, mailbox, channel, host, certificate, database, audit or job.</param>
/// <param name="Name">As people named it; shown in quotes.</param>
/// <param name="Id">Stands in for a name that a message of plain ASCII cannot show.</param>
public sealed record AlertSubject(string Type, string Name, long? Id = null);

/// <summary>The run concerned.</summary>
/// <param name="Kind">For example RunProfile.</param>
public sealed record AlertRun(long Id, string Kind)
{
    /// <summary>The last of several runs; null for one.</summary>
    public long? LastId { get; init; }

    /// <summary>Arguments worth showing, for example "level full".</summary>
    public string Arguments { get; init; } = "";

    /// <summary>From 1; 0 when unknown.</summary>
    public int Attempt { get; init; }

    /// <summary>Null when the number of attempts has no limit.</summary>
    public int? MaxAttempts { get; init; }

    public DateTimeOffset? NextTry { get; init; }
}

/// <summary>How much is concerned; 0 when it does not apply. More than one profile makes the alert one of a group.</summary>
public sealed record AffectedCounts(int Profiles = 0, int AllProfiles = 0, int Mailboxes = 0);

/// <summary>A line of facts or details: words of <c>fact.KEY</c> in Templates/words.txt with these values, each in invariant form.</summary>
public sealed record AlertFact(string Key)
{
    public ImmutableSortedDictionary<string, string> Values { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public AlertFact With(string name, object? value) => this with { Values = Values.SetItem(name, Invariant(value)) };

    private static string Invariant(object? value) => value switch
    {
        DateTimeOffset time => time.ToString("o", System.Globalization.CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };
}

/// <summary>One message, named without its subject or correspondents.</summary>
/// <param name="Folder">Names joined by '/'; INBOX is shown in the reader's language.</param>
/// <param name="Sha256">Hexadecimal; the first 12 digits are shown.</param>
public sealed record AlertName(string Mailbox, string Folder, DateTimeOffset Date, long Bytes, string Sha256);

/// <summary>Addresses of the dashboard; only http and https are shown.</summary>
public sealed record AlertLinks
{
    /// <summary>The page where it is put right.</summary>
    public Uri? Do { get; init; }

    public Uri? Run { get; init; }

    /// <summary>Where this alert is muted.</summary>
    public Uri? Mute { get; init; }

    /// <summary>All names, when more than 20 are concerned.</summary>
    public Uri? Names { get; init; }
}
