using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Audit;

internal sealed class AuditTrail(IDbContextFactory<MasterContext> contexts, TimeProvider time) : IAuditTrail
{
    /// <summary>docs/audit.md, "A row".</summary>
    private const int MaxDetails = 8000;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>This process has told something, perhaps in a transaction that failed.</summary>
    public bool IsUsed { get; private set; }

    public void Add(MasterContext context, AuditEntry entry)
    {
        IsUsed = true;
        context.AuditEvents.Add(RowOf(entry));
    }

    private AuditEvent RowOf(AuditEntry entry) => new()
    {
        At = entry.At ?? time.GetUtcNow(),
        Actor = Cut(entry.Actor, AuditModel.NameLength) ?? "",
        ActorKind = entry.ActorKind == AuditActorKind.Person && TokenActor.Is(entry.Actor) ? AuditActorKind.Api : entry.ActorKind,
        Action = entry.Action,
        ObjectKind = entry.ObjectKind,
        ObjectId = Cut(entry.ObjectId, AuditModel.IdLength),
        ObjectName = Cut(entry.ObjectName, AuditModel.NameLength),
        Result = entry.Result,
        Level = entry.Level,
        DetailsJson = DetailsOf(entry),
    };

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        Add(context, entry);
        await context.SaveChangesAsync(cancellationToken);
    }

    private static string DetailsOf(AuditEntry entry)
    {
        var json = entry.Details?.ToJsonString(Json) ?? "{}";
        return json.Length <= MaxDetails ? json : """{"tooLong":true}""";
    }

    private static string? Cut(string? text, int length) => text is null || text.Length <= length ? text : text[..length];
}
