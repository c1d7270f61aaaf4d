using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Jobs.Backups;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Reads every file of a backup and names what is missing or different.</summary>
public sealed class VerifyBackupJob(IBackups backups) : IJob<VerifyBackupJob.Arguments>
{
    private const int FilesNamed = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Path">Absolute.</param>
    /// <param name="Generation">Null for the latest.</param>
    public sealed record Arguments(string Path, int? Generation = null);

    public static string Kind => "VerifyBackup";

    public static StoreNeed StoreNeed => StoreNeed.None;

    public Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var path = BackupPath.Check(arguments.Path);
        var report = await backups.VerifyAsync(path, arguments.Generation, context, cancellationToken);
        foreach (var bad in report.Bad)
        {
            context.Log(WorkLogLevel.Error, $"{bad.File}: {bad.What}");
        }

        return report.IsSound
            ? new JobResult(JobOutcome.Succeeded, ToJson(report), [])
            : new JobResult(JobOutcome.CompletedWithErrors, ToJson(report), [Bad(path, report)]);
    }

    private static Situation Bad(string path, BackupVerification report) =>
        new Situation(SituationKeys.BackupBad, ErrorClass.StoreCorrupt) { ServerWords = $"{report.Bad[0].File}: {report.Bad[0].What}" }
            .With("name", Path.GetFileName(path)).With("path", path).With("date", report.CreatedAt.ToString("O", CultureInfo.InvariantCulture))
            .With("n", report.Bad.Select(bad => bad.File).Distinct().Count()).With("m", report.Files);

    private static string ToJson(BackupVerification report) => JsonSerializer.Serialize(
        new
        {
            generation = report.Generation,
            createdUtc = report.CreatedAt.UtcDateTime,
            stores = report.Stores,
            files = report.Files,
            bytes = report.Bytes,
            bad = report.Bad.Take(FilesNamed).Select(bad => new { file = bad.File, offset = bad.Offset, what = bad.What }),
        },
        Json);
}
