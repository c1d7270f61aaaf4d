using ArchiveJobs.Core.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Master.Audit;

/// <summary>Numbers and chains what was written since. Any number of processes may call it at once: the number is unique, so one wins and the others change nothing.</summary>
public sealed class AuditSealer
{
    private const int BatchSize = 500;
    private const string TurnSetting = "audit.turn";

    private readonly IDbContextFactory<MasterContext> _contexts;
    private readonly IMasterProvider _provider;
    private readonly ISecretProtector _secrets;
    private readonly AuditTrail _trail;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditSealer> _logger;

    internal AuditSealer(IDbContextFactory<MasterContext> contexts, IMasterProvider provider, ISecretProtector secrets, AuditTrail trail, TimeProvider time, ILogger<AuditSealer> logger)
    {
        _contexts = contexts;
        _provider = provider;
        _secrets = secrets;
        _trail = trail;
        _time = time;
        _logger = logger;
    }

    /// <summary>At the end of a process: costs nothing when it has told nothing.</summary>
    public Task SealOwnAsync() => _trail.IsUsed ? SealAsync(CancellationToken.None) : Task.CompletedTask;

    /// <returns>How many events were sealed.</returns>
    public async Task<int> SealAsync(CancellationToken cancellationToken)
    {
        var all = 0;
        int sealedNow;
        do
        {
            sealedNow = await SealBatchAsync(cancellationToken);
            all += sealedNow;
        }
        while (sealedNow == BatchSize);

        return all;
    }

    private async Task<int> SealBatchAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!await context.AuditEvents.AnyAsync(entry => entry.Sequence == null, cancellationToken))
        {
            return 0;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await TakeTurnAsync(context, cancellationToken);
        var fresh = await context.AuditEvents.Where(entry => entry.Sequence == null).OrderBy(entry => entry.Id).Take(BatchSize).ToListAsync(cancellationToken);
        if (fresh.Count == 0)
        {
            return 0;   // Another sealer had its turn before.
        }

        var last = await context.AuditEvents.AsNoTracking().Where(entry => entry.Sequence != null)
            .OrderByDescending(entry => entry.Sequence).FirstOrDefaultAsync(cancellationToken);

        var head = Continue(await AuditHead.ReadAsync(context, _secrets, cancellationToken), last);
        foreach (var entry in fresh)
        {
            entry.Sequence = head.Sequence + 1;
            entry.PreviousHash = head.Hash;
            entry.Hash = AuditChain.HashOf(entry, head.Sequence + 1, head.Hash);
            head = new AuditHead(head.Sequence + 1, entry.Hash);
        }

        await WriteHeadAsync(context, head, cancellationToken);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is DbUpdateException || _provider.IsConflict(e))
        {
            // Another sealer gave these numbers first; the next look finds what it left.
            return 0;
        }

        if (fresh.Count > 0)
        {
            Log.Sealed(_logger, head.Sequence, head.HashText);
        }

        return fresh.Count;
    }

    /// <summary>
    /// The head counts, not the last row: what was cut off at the end stays a gap, whatever is sealed after it. A head that is gone leaves a number out for the same reason.
    /// </summary>
    private static AuditHead Continue(AuditHead? head, AuditEvent? last) => (head, last) switch
    {
        (null, null) => new AuditHead(0, AuditChain.Origin),
        (null, _) => new AuditHead(last.Sequence!.Value + 1, last.Hash!),
        _ when head.Sequence >= (last?.Sequence ?? 0) => head,
        _ => new AuditHead(last!.Sequence!.Value, last.Hash!),
    };

    /// <summary>
    /// Makes sealers of several hosts go one after the other: the row of the turn stays locked until the transaction ends, and what is read after it is what the former has left.
    /// (On SQLite the transaction alone does.) The head's own row would not do: the first time there is none to lock, and two sealers would number the same events twice.
    /// </summary>
    private async Task TakeTurnAsync(MasterContext context, CancellationToken cancellationToken)
    {
        if (!_provider.IsSingleHost && await LockTurnAsync(context, cancellationToken) == 0)
        {
            await CreateTurnAsync(cancellationToken);
            await LockTurnAsync(context, cancellationToken);
        }
    }

    private async Task<int> LockTurnAsync(MasterContext context, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return await context.Settings.Where(setting => setting.Name == TurnSetting)
            .ExecuteUpdateAsync(set => set.SetProperty(setting => setting.ChangedAt, now), cancellationToken);
    }

    /// <summary>In a transaction of its own, so that the row is there for everyone before anyone waits for it.</summary>
    private async Task CreateTurnAsync(CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        context.Settings.Add(new Setting { Name = TurnSetting, Value = "", ChangedAt = _time.GetUtcNow() });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (_provider.IsConflict(e))
        {
            // Another sealer has just made it.
        }
    }

    private async Task WriteHeadAsync(MasterContext context, AuditHead head, CancellationToken cancellationToken)
    {
        var setting = await context.Settings.SingleOrDefaultAsync(one => one.Name == AuditHead.Setting, cancellationToken);
        if (setting is null)
        {
            setting = new Setting { Name = AuditHead.Setting, Value = "" };
            context.Settings.Add(setting);
        }

        setting.Value = head.Protect(_secrets);
        setting.ChangedAt = _time.GetUtcNow();
    }
}
