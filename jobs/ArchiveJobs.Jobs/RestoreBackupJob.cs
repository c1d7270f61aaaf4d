using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Jobs.Backups;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Jobs;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Jobs;

/// <summary>
/// Brings the stores of a backup into an installation whose keys and master database came out of the same backup just before: copies them, makes their catalogs
/// and search, verifies. The recovery code is used up by then and is no argument.
/// </summary>
public sealed class RestoreBackupJob(
    IBackups backups, StoreDirectory directory, StoreDirectory.Root root, IArchiveStores stores, IStoreSearch search, IDbContextFactory<MasterContext> master, IAuditTrail audit,
    IAlertSource alerts, TimeProvider time)
    : IJob<RestoreBackupJob.Arguments>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Path">Absolute.</param>
    public sealed record Arguments(string Path, int Generation);

    public static string Kind => "RestoreBackup";

    public static StoreNeed StoreNeed => StoreNeed.None;

    public Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var path = BackupPath.Check(arguments.Path);

        // First of all: the host that carries this out reminds people every few seconds of what is due.
        var closed = await CloseAlertsAsync(cancellationToken);
        if (closed > 0)
        {
            context.Log(WorkLogLevel.Information, $"{closed} open alerts are ended: they are of the installation that the backup is of, which goes on telling them; what is wrong here is told anew");
        }

        var copied = await backups.RestoreStoresAsync(path, arguments.Generation, root.DataDirectory, context, cancellationToken);
        await EnterAsync(copied, cancellationToken);
        var paused = await PauseSchedulesAsync(cancellationToken);
        if (paused > 0)
        {
            context.Log(WorkLogLevel.Warning, $"{paused} schedules are paused, so that two copies of this installation do not both archive; resume them when the other one is gone");
        }

        var damages = copied.SelectMany(store => store.Problems.Select(problem => (store.Number, Problem: problem))).ToList();
        long messages = 0, documents = 0;
        foreach (var store in copied.Where(store => store.IsThere))
        {
            var (held, indexed, found) = await RebuildAsync(store, context, cancellationToken);
            messages += held;
            documents += indexed;
            damages.AddRange(found.Select(damage => (store.Number, damage)));
        }

        foreach (var (number, problem) in damages)
        {
            context.Log(WorkLogLevel.Error, $"store {number}, {problem.File} at offset {problem.Offset}: {problem.What}");
        }

        backups.FinishRestore(root.DataDirectory);
        var json = JsonSerializer.Serialize(
            new
            {
                generation = arguments.Generation,
                stores = copied.Count,
                segments = copied.Sum(store => store.Segments),
                bytes = copied.Sum(store => store.Bytes),
                messages,
                documents,
                schedulesPaused = paused,
                alertsEnded = closed,
                problems = damages.Select(one => new { store = one.Number, file = one.Problem.File, offset = one.Problem.Offset, what = one.Problem.What }),
            },
            Json);
        return damages.Count == 0 ? new JobResult(JobOutcome.Succeeded, json, []) : new JobResult(JobOutcome.CompletedWithErrors, json, [Incomplete(path, damages.Count)]);
    }

    /// <summary>The master database has exactly the stores that are there.</summary>
    private async Task EnterAsync(IReadOnlyList<RestoredStore> copied, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var rows = await context.Stores.ToDictionaryAsync(row => row.Id, cancellationToken);
        foreach (var store in copied.Where(store => store.IsThere && !rows.ContainsKey(store.Number)))
        {
            // Made between the copy of the database and the list of the stores.
            context.Stores.Add(new Store { Id = store.Number, Name = store.Name, Path = $"stores/{store.Number.ToString(CultureInfo.InvariantCulture)}", CreatedAt = time.GetUtcNow() });
        }

        foreach (var row in rows.Values.Where(row => !copied.Any(store => store.IsThere && store.Number == row.Id)))
        {
            row.State = StoreState.Disabled;   // Its drive was away at every backup.
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The installation that the backup is of tells them; nobody is reminded of them from two sides.</summary>
    private async Task<int> CloseAlertsAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var closed = await alerts.CloseAllAsync(context, Kind, cancellationToken);
        await context.SaveChangesAsync(cancellationToken);
        return closed;
    }

    /// <summary>The installation that the backup is of may still be at work: nothing starts by itself here until a person says so.</summary>
    /// <returns>How many were not paused already.</returns>
    private async Task<int> PauseSchedulesAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var schedules = await context.Schedules.Where(schedule => schedule.IsEnabled).ToListAsync(cancellationToken);
        foreach (var schedule in schedules)
        {
            schedule.IsEnabled = false;
            schedule.PausedUntil = schedule.WatchedSlotAt = schedule.OverdueSince = null;
            schedule.PendingSlots = null;
            schedule.Version++;
            context.ScheduleEvents.Add(new ScheduleEvent { ScheduleId = schedule.Id, At = time.GetUtcNow(), Kind = ScheduleEventKind.Paused, Text = "paused: this installation was restored from a backup" });
            audit.Add(context, new AuditEntry(AuditActions.SchedulePause, Kind) { ActorKind = AuditActorKind.System, Details = new() { ["enabled"] = new JsonArray("true", "false") } }
                .About("schedule", schedule.Id, schedule.Name));
        }

        await context.SaveChangesAsync(cancellationToken);
        return schedules.Count;
    }

    /// <returns>Messages, documents of the index, damage.</returns>
    private async Task<(long Messages, long Documents, List<Damage> Found)> RebuildAsync(RestoredStore restored, RunContext context, CancellationToken cancellationToken)
    {
        var location = await directory.GetAsync(restored.Number, cancellationToken);
        await search.CloseAsync(location, cancellationToken);
        var recovered = await stores.RecoverAsync(location, context, cancellationToken);
        var store = await stores.OpenAsync(location, cancellationToken);
        var verified = await store.VerifyAsync(VerifyLevel.Structure, context, cancellationToken);
        var found = recovered.Damages.Concat(verified.Damages).Distinct().ToList();
        found.AddRange(verified.DamagedMessages.Concat(recovered.Unreadable).Select(message => new Damage(message.Id.ToString(), 0, message.Reason)).Distinct());
        var statistics = await store.ReadStatisticsAsync(cancellationToken);
        if (statistics.HeadCommit != restored.Commit || (restored.Commit > 0 && statistics.ChainHead != restored.ChainHash))
        {
            found.Add(new Damage($"store {restored.Number}", 0, $"it ends with commit {statistics.HeadCommit}, the backup says {restored.Commit}"));
        }

        await directory.MarkAsync(restored.Number, isDamaged: found.Count > 0, "RestoreBackup", cancellationToken);
        return (statistics.Messages, await IndexAsync(store, context, cancellationToken), found);
    }

    /// <summary>0 when search could not be built: it follows by itself later, and no message is less restored for it.</summary>
    private async Task<long> IndexAsync(IArchiveStore store, RunContext context, CancellationToken cancellationToken)
    {
        try
        {
            var coverage = await search.CatchUpAsync(store, context, cancellationToken);
            while (!coverage.IsComplete)
            {
                coverage = await search.CatchUpAsync(store, context, cancellationToken);
            }

            return coverage.Documents;
        }
        catch (ArchiveException e)
        {
            context.Log(WorkLogLevel.Warning, $"store {store.Location.Id}: search was not built: {e.Message}");
            return 0;
        }
    }

    private static Situation Incomplete(string path, int count) =>
        new Situation(SituationKeys.RestoreIncomplete, ErrorClass.StoreCorrupt).With("path", path).With("n", count);
}
