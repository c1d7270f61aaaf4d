using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Jobs.Backups;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Backs up the whole installation beside archiving: every store, the master database and the wrapped key.</summary>
public sealed class CreateBackupJob(StoreDirectory directory, StoreDirectory.Root root, IBackups backups, BackupTargets targets, IMasterCopy master, TimeProvider time)
    : IJob<CreateBackupJob.Arguments>
{
    private const int ProblemsNamed = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Path">Absolute.</param>
    /// <param name="Keep">Backups to keep in it; null for all.</param>
    /// <param name="Anew">Begin in an empty directory although there was a backup under this path.</param>
    public sealed record Arguments(string Path, int? Keep = null, bool Anew = false);

    public static string Kind => "CreateBackup";

    /// <summary>None: it goes over all stores, writes nothing to them and pins the segments it copies.</summary>
    public static StoreNeed StoreNeed => StoreNeed.None;

    public Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var path = BackupPath.Check(arguments.Path);
        BackupPath.CheckApart(path, root.DataDirectory, await directory.ListAllAsync(cancellationToken));
        var known = (await targets.ListAsync(cancellationToken)).FirstOrDefault(target => target.Path == path);
        var report = await MakeAsync(path, arguments, known, context, cancellationToken);
        await targets.RecordAsync(new BackupTarget(path, report.Generation, time.GetUtcNow(), report.IsWhole), cancellationToken);
        return report.IsWhole
            ? new JobResult(JobOutcome.Succeeded, ToJson(report), [])
            : new JobResult(JobOutcome.CompletedWithErrors, ToJson(report), [Incomplete(path, report)]);
    }

    /// <param name="known">The last backup under this path; null for none.</param>
    private async Task<BackupReport> MakeAsync(string path, Arguments arguments, BackupTarget? known, RunContext context, CancellationToken cancellationToken)
    {
        var copy = Path.Combine(root.DataDirectory, "tmp", $"master-{context.RunId.ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}.db");
        try
        {
            // The database first, the stores after it: it must not tell of runs whose messages are not in the backup.
            context.Report("master database", 0, null, 0);
            await master.WriteAsync(copy, cancellationToken);
            var stores = await directory.ListAllAsync(cancellationToken);
            var version = typeof(CreateBackupJob).Assembly.GetName().Version?.ToString(3) ?? "";
            var request = new BackupRequest(path, known is not null && !arguments.Anew, arguments.Keep, stores, copy, master.Migration, version);
            return await backups.CreateAsync(request, context, cancellationToken);
        }
        catch (ArchiveException e) when (e.Situation.Key == SituationKeys.BackupTargetGone && known is not null)
        {
            throw new ArchiveException(e.Situation.With("age", (time.GetUtcNow() - known.At).ToString("c", CultureInfo.InvariantCulture)), e.Message, e);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static Situation Incomplete(string path, BackupReport report)
    {
        var first = report.Stores.First(store => store.Problems.Count > 0);
        return new Situation(SituationKeys.BackupIncomplete, ErrorClass.StoreCorrupt) { ServerWords = $"{first.Problems[0].File}: {first.Problems[0].What}" }
            .With("name", Path.GetFileName(path)).With("n", report.Stores.Count(store => store.Problems.Count > 0)).With("m", report.Stores.Count)
            .With("store", first.Store.Id).With("path", path);
    }

    private static string ToJson(BackupReport report) => JsonSerializer.Serialize(
        new
        {
            generation = report.Generation,
            stores = report.Stores.Count,
            segmentsCopied = report.SegmentsCopied,
            segmentsPresent = report.SegmentsPresent,
            bytesCopied = report.BytesCopied,
            bytesPresent = report.BytesPresent,
            generationsRemoved = report.GenerationsRemoved,
            heads = report.Stores.Select(store => new { store = store.Store.Id, commit = store.Commit, asOf = store.AsOf }),
            problems = report.Stores.SelectMany(store => store.Problems.Select(problem => new { store = store.Store.Id, file = problem.File, offset = problem.Offset, what = problem.What })).Take(ProblemsNamed),
        },
        Json);
}
