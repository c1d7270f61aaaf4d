using System.Text.Json;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Jobs;

/// <summary>Removes the log lines and items of old runs that are over, and gives their room back. The runs themselves, their numbers and their reasons stay.</summary>
public sealed class CompactMasterDatabaseJob(IDbContextFactory<MasterContext> master, MasterDatabase database, TimeProvider time) : IJob<CompactMasterDatabaseJob.Arguments>
{
    /// <summary>Runs of one transaction: archiving waits no longer than for these.</summary>
    private const int Stride = 500;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="KeepDays">Runs that ended within these days keep everything.</param>
    /// <param name="KeepRuns">So do the newest runs, however old.</param>
    public sealed record Arguments(int KeepDays = 90, int KeepRuns = 1000);

    public static string Kind => "CompactMasterDatabase";

    public static StoreNeed StoreNeed => StoreNeed.None;

    public Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var (events, items) = await PruneAsync(arguments, context, cancellationToken);
        context.Report("compact", 0, null, 0);
        var bytes = await database.Provider.CompactAsync(cancellationToken);
        if (bytes is null)
        {
            context.Log(WorkLogLevel.Information, $"The room of removed rows is given back by the maintenance of {database.Provider.Name} itself.");
        }

        var json = JsonSerializer.Serialize(new { eventsRemoved = events, itemsRemoved = items, bytesBefore = bytes?.Before, bytesAfter = bytes?.After }, Json);
        return new JobResult(JobOutcome.Succeeded, json, []);
    }

    private async Task<(long Events, long Items)> PruneAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        await using var db = await master.CreateDbContextAsync(cancellationToken);
        var endedBefore = time.GetUtcNow() - TimeSpan.FromDays(Math.Max(0, arguments.KeepDays));
        var kept = await db.JobRuns.OrderByDescending(run => run.Id).Skip(Math.Max(0, arguments.KeepRuns)).Select(run => (long?)run.Id).FirstOrDefaultAsync(cancellationToken);
        long events = 0, items = 0;
        var last = kept ?? 0;
        for (var from = await db.JobRuns.MinAsync(run => (long?)run.Id, cancellationToken) ?? 0; from <= last; from += Stride)
        {
            var (low, high) = (from, Math.Min(last, from + Stride - 1));
            var old = db.JobRuns.Where(run => run.Id >= low && run.Id <= high && run.State >= RunState.Succeeded && run.EndedAt < endedBefore).Select(run => run.Id);
            events += await db.JobRunEvents.Where(one => old.Contains(one.RunId)).ExecuteDeleteAsync(cancellationToken);
            items += await db.JobRunItems.Where(one => old.Contains(one.RunId)).ExecuteDeleteAsync(cancellationToken);
            context.Report("prune", high, last, 0);
        }

        return (events, items);
    }
}
