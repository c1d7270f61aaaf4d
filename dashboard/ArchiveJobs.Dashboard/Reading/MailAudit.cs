using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Master.Audit;

namespace ArchiveJobs.Dashboard.Reading;

/// <summary>Tells who read which message, before it is shown: what cannot be told is not shown. Thread-safe.</summary>
public sealed class MailAudit(IAuditTrail audit, TimeProvider time)
{
    /// <summary>As many as the program prints of a SHA-256; the details have all of it.</summary>
    private const int ShownDigits = 12;

    private const int Remembered = 1000;

    // A page is made twice, once as plain markup and once live, and its body has an address of its own: that is one reading.
    private static readonly TimeSpan OneReading = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Actor, int Store, ContentId Id), DateTimeOffset> _read = [];

    /// <summary>Tells that it was opened; the same actor opening it again within a minute is told once.</summary>
    public async Task ReadAsync(string actor, int store, ContentId id, CancellationToken cancellationToken)
    {
        if (WasToldJustNow(actor, store, id))
        {
            return;
        }

        await audit.WriteAsync(EntryOf(AuditActions.MessageRead, actor, store, id, null), cancellationToken);
        Remember(actor, store, id);
    }

    /// <summary>Tells that its octets, or those of an attachment, were taken.</summary>
    /// <param name="part">Number of the attachment; null for the whole message.</param>
    public Task DownloadAsync(string actor, int store, ContentId id, int? part, CancellationToken cancellationToken) =>
        audit.WriteAsync(EntryOf(AuditActions.MessageDownload, actor, store, id, part), cancellationToken);

    private static AuditEntry EntryOf(string action, string actor, int store, ContentId id, int? part)
    {
        var details = new JsonObject { ["store"] = store, ["sha256"] = id.ToString() };
        if (part is { } number)
        {
            details["attachment"] = number;
        }

        return new AuditEntry(action, actor) { Details = details }.About("message", id.ToString()[..ShownDigits], null);
    }

    private bool WasToldJustNow(string actor, int store, ContentId id)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            return _read.TryGetValue((actor, store, id), out var at) && now >= at && now - at < OneReading;
        }
    }

    private void Remember(string actor, int store, ContentId id)
    {
        lock (_lock)
        {
            if (_read.Count >= Remembered)
            {
                _read.Clear();
            }

            _read[(actor, store, id)] = time.GetUtcNow();
        }
    }
}
