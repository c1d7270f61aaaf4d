using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Jobs.Exporting;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>How messages are written to files.</summary>
public enum ExportFormat
{
    /// <summary>Each message once, as its SHA-256 with .eml.</summary>
    Eml,

    /// <summary>One mbox a folder.</summary>
    Mboxrd,
}

/// <summary>Writes the messages of a store to files.</summary>
public sealed class ExportMessagesJob(StoreDirectory directory, IArchiveStores stores) : IJob<ExportMessagesJob.Arguments>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Id">Of the store.</param>
    /// <param name="Directory">Absolute; new or empty unless <paramref name="Force"/>.</param>
    /// <param name="Force">Files of the same name are replaced.</param>
    public sealed record Arguments(int Id, string Directory, ExportFormat Format = ExportFormat.Eml, bool Force = false);

    public static string Kind => "ExportMessages";

    public static StoreNeed StoreNeed => StoreNeed.Shared;

    public async Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) =>
        (await directory.GetAsync(arguments.Id, cancellationToken)).Id;

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var store = await stores.OpenAsync(await directory.GetAsync(arguments.Id, cancellationToken), cancellationToken);

        // A later attempt meets the files of the one before.
        var replace = arguments.Force || context.Attempt > 1;
        Prepare(arguments.Directory, replace);
        var result = await new StoreExport(store, arguments.Directory, replace, context).RunAsync(arguments.Format, cancellationToken);
        var json = JsonSerializer.Serialize(new { messages = result.Messages, bytes = result.Bytes, files = result.Files, problems = result.Problems }, Json);
        return result.Problems.Count == 0
            ? new JobResult(JobOutcome.Succeeded, json, [])
            : new JobResult(JobOutcome.CompletedWithErrors, json, [
                new Situation(SituationKeys.ExportIncomplete, ErrorClass.StoreCorrupt).With("n", result.Problems.Count).With("s", store.Location.Name).With("store", store.Location.Id)]);
    }

    private static void Prepare(string path, bool replace)
    {
        try
        {
            Directory.CreateDirectory(path);
            if (replace || !Directory.EnumerateFileSystemEntries(path).Any())
            {
                return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"{path} cannot be used: {e.Message}");
        }

        throw Refused(path, $"{path} is not empty. Choose another directory, or say --force.");
    }

    private static ArchiveException Refused(string path, string reason) => new(
        new Situation(SituationKeys.BackupRefused, ErrorClass.Refused) { ServerWords = reason }.With("path", path), reason);
}
