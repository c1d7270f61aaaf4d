using ArchiveJobs.Core.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Audit;

/// <summary>Which events a list shows; null takes all.</summary>
public sealed record AuditFilter
{
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public string? Action { get; init; }

    public string? Actor { get; init; }

    public AuditLevel? MinLevel { get; init; }

    public AuditResult? Result { get; init; }

    /// <summary>With <see cref="ObjectId"/>, for example "run" and "4711".</summary>
    public string? ObjectKind { get; init; }

    public string? ObjectId { get; init; }
}

/// <summary>Reads the audit trail, and checks it. Thread-safe.</summary>
public sealed class AuditReader(IDbContextFactory<MasterContext> contexts, ISecretProtector secrets)
{
    private const int PageSize = 1000;

    /// <summary>Newest first, by Id.</summary>
    /// <param name="beforeId">Only events with a smaller Id; null for the newest.</param>
    /// <param name="limit">1 to 1,000.</param>
    public async Task<IReadOnlyList<AuditEvent>> ListAsync(AuditFilter filter, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.AuditEvents.AsNoTracking();
        rows = filter.Since is { } since ? rows.Where(entry => entry.At >= since) : rows;
        rows = filter.Until is { } until ? rows.Where(entry => entry.At < until) : rows;
        rows = filter.Action is { } action ? rows.Where(entry => entry.Action == action) : rows;
        rows = filter.Actor is { } actor ? rows.Where(entry => entry.Actor == actor) : rows;
        rows = filter.MinLevel is { } level ? rows.Where(entry => entry.Level >= level) : rows;
        rows = filter.Result is { } result ? rows.Where(entry => entry.Result == result) : rows;
        rows = filter.ObjectKind is { } kind ? rows.Where(entry => entry.ObjectKind == kind) : rows;
        rows = filter.ObjectId is { } id ? rows.Where(entry => entry.ObjectId == id) : rows;
        rows = beforeId is { } before ? rows.Where(entry => entry.Id < before) : rows;
        return await rows.OrderByDescending(entry => entry.Id).Take(Math.Clamp(limit, 1, PageSize)).ToListAsync(cancellationToken);
    }

    /// <summary>The names of the actions that the trail tells of.</summary>
    public async Task<IReadOnlyList<string>> ListActionsAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var actions = new List<string>();
        string? last = null;
        do
        {
            // From one name to the next over the index of actions: a trail of millions has a few dozen of them.
            var after = last;
#pragma warning disable CA1309 // Translated to SQL: the collation of the database decides.
            last = await context.AuditEvents.Where(entry => after == null || string.Compare(entry.Action, after) > 0).MinAsync(entry => (string?)entry.Action, cancellationToken);
#pragma warning restore CA1309
            if (last is not null)
            {
                actions.Add(last);
            }
        }
        while (last is not null);

        return actions;
    }

    /// <summary>The head as it was sealed; null when nothing was, or when it was changed from outside.</summary>
    public async Task<AuditHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await AuditHead.ReadAsync(context, secrets, cancellationToken);
    }

    /// <summary>Reads the whole chain, in pages. Read-only.</summary>
    /// <param name="onProgress">Told how many events were looked at.</param>
    public async Task<AuditVerification> VerifyAsync(Action<long> onProgress, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var check = new AuditCheck();
        AuditHead? head;
        long before;
        do
        {
            before = check.Last;
            await ReadOnAsync(context, check, onProgress, cancellationToken);
            head = await AuditHead.ReadAsync(context, secrets, cancellationToken);
        }
        while (head?.Sequence > check.Last && check.Last > before);   // Sealed while we read.

        return check.Conclude(head);
    }

    private static async Task ReadOnAsync(MasterContext context, AuditCheck check, Action<long> onProgress, CancellationToken cancellationToken)
    {
        int read;
        do
        {
            var after = check.Last;
            var page = await context.AuditEvents.AsNoTracking().Where(entry => entry.Sequence > after)
                .OrderBy(entry => entry.Sequence).Take(PageSize).ToListAsync(cancellationToken);
            foreach (var entry in page)
            {
                check.Take(entry);
            }

            read = page.Count;
            onProgress(check.Events);
        }
        while (read == PageSize);
    }
}
