using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Execution;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Runs;

/// <summary>Reads the ledger for people.</summary>
internal sealed class RunReader(IDbContextFactory<MasterContext> contexts, SchedulingOptions options)
{
    public async Task<JobRun?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.JobRuns.AsNoTracking().FirstOrDefaultAsync(run => run.Id == id, cancellationToken);
    }

    public async Task<RunView?> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.JobRuns.AsNoTracking().FirstOrDefaultAsync(run => run.Id == id, cancellationToken) is not { } run)
        {
            return null;
        }

        var attempts = await db.JobRunAttempts.AsNoTracking().Where(attempt => attempt.RunId == id).OrderBy(attempt => attempt.Epoch).ToListAsync(cancellationToken);
        var items = await db.JobRunItems.CountAsync(item => item.RunId == id, cancellationToken);
        return new RunView(
            Summarize(run),
            run.ProgressJson is { } progress ? JsonSerializer.Deserialize(progress, SchedulingJson.Default.RunProgress) : null,
            run.NumbersJson,
            run.ResultJson,
            run.CheckpointJson,
            run.Crashes,
            run.ManualRetries,
            run.ParentId,
            run.CancelRequestedAt,
            run.CancelRequestedBy,
            attempts.ConvertAll(View),
            items,
            RunLogFile.PathOf(options.DataDirectory, id));
    }

    public async Task<IReadOnlyList<RunSummary>> ListAsync(RunFilter filter, long? beforeId, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = db.JobRuns.AsNoTracking();
        runs = filter.Kind is { } kind ? runs.Where(run => run.Kind == kind) : runs;
        runs = filter.State is { } state ? runs.Where(run => run.State == state) : runs;
        runs = filter.StoreId is { } store ? runs.Where(run => run.StoreId == store) : runs;
        runs = filter.ScheduleId is { } schedule ? runs.Where(run => run.ScheduleId == schedule) : runs;
        runs = filter.IsLive is { } live ? runs.Where(run => run.LiveIdentity != null == live) : runs;
        runs = filter.Identity is { } identity ? runs.Where(run => run.Identity == identity) : runs;
        if (filter.NeedsPerson)
        {
            // The index over identity and id answers whether the same was asked for again.
            var all = db.JobRuns;
            runs = runs.Where(run => run.State == RunState.Failed || run.State == RunState.CompletedWithErrors || run.State == RunState.Blocked
                    || (run.State == RunState.Waiting && (run.Reason == RunReason.Authentication || run.Reason == RunReason.Disk || run.Reason == RunReason.Person)))
                .Where(run => !all.Any(later => later.Identity == run.Identity && later.Id > run.Id));
        }

        runs = beforeId is { } before ? runs.Where(run => run.Id < before) : runs;
        var page = await runs.OrderByDescending(run => run.Id).Take(limit).ToListAsync(cancellationToken);
        return page.ConvertAll(Summarize);
    }

    public async Task<IReadOnlyList<RunEventView>> ListEventsAsync(long id, long afterId, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var page = await db.JobRunEvents.AsNoTracking().Where(entry => entry.RunId == id && entry.Id > afterId)
            .OrderBy(entry => entry.Id).Take(limit).ToListAsync(cancellationToken);
        return page.ConvertAll(entry => new RunEventView(
            entry.Id, entry.At, entry.Kind, (WorkLogLevel)entry.Level, entry.State, entry.Reason, entry.Actor, entry.Text));
    }

    public async Task<IReadOnlyList<RunItemView>> ListItemsAsync(long id, long afterId, int limit, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var page = await db.JobRunItems.AsNoTracking().Where(item => item.RunId == id && item.Id > afterId)
            .OrderBy(item => item.Id).Take(limit).ToListAsync(cancellationToken);
        return page.ConvertAll(item => new RunItemView(item.Id, item.At, SituationJson.Read(item.SituationJson)));
    }

    public static Situation? ReadSituation(string? json) => json is null ? null : SituationJson.Read(json);

    public static RunSummary Summarize(JobRun run) => new(
        run.Id, run.Key, run.Kind, run.ArgumentsJson, run.Trigger, run.RequestedBy, run.StoreId, run.State, run.Reason, run.StateSince, run.NotBefore,
        ReadSituation(run.SituationJson), run.CreatedAt, run.StartedAt, run.EndedAt, run.ScheduleId, run.SlotAt);

    private static RunAttemptView View(JobRunAttempt attempt) => new(
        attempt.Epoch, attempt.Host, attempt.StartedAt, attempt.EndedAt, attempt.EndState, attempt.IsCharged, attempt.ErrorClass, ReadSituation(attempt.SituationJson));
}
