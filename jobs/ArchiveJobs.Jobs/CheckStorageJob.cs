using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Jobs.Backups;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Writes, makes durable and reads back in the data directory, in every store and in every backup directory; tells free room and speed.</summary>
public sealed class CheckStorageJob(StoreDirectory directory, StoreDirectory.Root root, BackupTargets targets, IStorageCheck check) : IJob<CheckStorageJob.Arguments>
{
    private const double SlowBytesPerSecond = 5_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public sealed record Arguments;

    public static string Kind => "CheckStorage";

    public static StoreNeed StoreNeed => StoreNeed.None;

    public Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var places = await ListAsync(cancellationToken);
        var results = new List<(string Name, StorageCheckResult Result)>();
        foreach (var (name, path) in places)
        {
            context.Report("check", results.Count, places.Count, results.Sum(one => one.Result.BytesWritten));
            results.Add((name, await Task.Run(() => check.Check(path, cancellationToken), cancellationToken)));
        }

        var failed = results.Where(one => one.Result.Failure is not null).Select(one => Failed(one.Result)).ToList();
        var slow = results.Where(one => one.Result.Failure is null && one.Result.WriteBytesPerSecond < SlowBytesPerSecond).Select(one => Slow(one.Name, one.Result)).ToList();
        foreach (var situation in failed.Concat(slow))
        {
            context.ReportItem(situation);
        }

        var outcome = failed.Count > 0 ? JobOutcome.CompletedWithErrors : slow.Count > 0 ? JobOutcome.CompletedWithWarnings : JobOutcome.Succeeded;
        return new JobResult(outcome, ToJson(results), [.. failed, .. slow]);
    }

    private async Task<List<(string Name, string Path)>> ListAsync(CancellationToken cancellationToken)
    {
        var stores = (await directory.ListAllAsync(cancellationToken)).Select(store => (store.Name, store.Path));
        var backups = (await targets.ListAsync(cancellationToken)).Select(target => ("backup", target.Path));
        return [("data", root.DataDirectory), .. stores, .. backups];
    }

    private static Situation Failed(StorageCheckResult result) =>
        new Situation(SituationKeys.StorageFailed, ErrorClass.StoreReadOnly) { ServerWords = result.Failure }.With("path", result.Directory);

    private static Situation Slow(string name, StorageCheckResult result) =>
        new Situation(SituationKeys.StorageSlow, ErrorClass.StoreReadOnly).With("path", result.Directory).With("s", name)
            .With("rate", (result.WriteBytesPerSecond / 1e6).ToString("0.0", CultureInfo.InvariantCulture));

    private static string ToJson(List<(string Name, StorageCheckResult Result)> results) => JsonSerializer.Serialize(
        new
        {
            paths = results.Select(one => new
            {
                name = one.Name,
                path = one.Result.Directory,
                freeBytes = one.Result.FreeBytes,
                writeMegabytesPerSecond = Math.Round(one.Result.WriteBytesPerSecond / 1e6, 1),
                readMegabytesPerSecond = Math.Round(one.Result.ReadBytesPerSecond / 1e6, 1),
                syncMilliseconds = Math.Round(one.Result.SyncTime.TotalMilliseconds, 2),
                failure = one.Result.Failure,
            }),
        },
        Json);
}
