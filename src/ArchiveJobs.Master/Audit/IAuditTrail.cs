using System.Text.Json.Nodes;

namespace ArchiveJobs.Master.Audit;

/// <summary>What happened, for the audit trail.</summary>
/// <param name="Action">A constant of <see cref="AuditActions"/>.</param>
/// <param name="Actor">A user name, or the name of a part of the program.</param>
public sealed record AuditEntry(string Action, string Actor)
{
    public AuditActorKind ActorKind { get; init; } = AuditActorKind.Person;

    /// <summary>run, profile, store, channel, alert, setting, user or session; null when nothing is concerned.</summary>
    public string? ObjectKind { get; init; }

    public string? ObjectId { get; init; }

    public string? ObjectName { get; init; }

    public AuditResult Result { get; init; }

    public AuditLevel Level { get; init; }

    /// <summary>Small values by name; never passwords, subjects or correspondents. Null for none.</summary>
    public JsonObject? Details { get; init; }

    /// <summary>When it happened; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The same entry about this thing.</summary>
    public AuditEntry About(string kind, object id, string? name) => this with
    {
        ObjectKind = kind, ObjectId = Convert.ToString(id, System.Globalization.CultureInfo.InvariantCulture), ObjectName = name,
    };
}

/// <summary>Where everybody tells what was done. Thread-safe.</summary>
public interface IAuditTrail
{
    /// <summary>Adds the event to the context; it is written by the caller's SaveChanges, in the caller's transaction: together with the fact, or not at all.</summary>
    void Add(MasterContext context, AuditEntry entry);

    /// <summary>The same, in a transaction of its own: for what changes nothing in the master database, such as a login.</summary>
    Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken);
}
