using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Verifies a store, read-only, and names every damaged message.</summary>
public sealed class VerifyStoreJob(StoreDirectory directory, IArchiveStores stores) : IJob<VerifyStoreJob.Arguments>
{
    private const int MessagesNamed = 1000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Id">Of the store.</param>
    public sealed record Arguments(int Id, VerifyLevel Level = VerifyLevel.Structure);

    public static string Kind => "VerifyStore";

    public static StoreNeed StoreNeed => StoreNeed.Shared;

    public async Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) =>
        (await directory.GetAsync(arguments.Id, cancellationToken)).Id;

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var location = await directory.GetAsync(arguments.Id, cancellationToken);
        var store = await stores.OpenAsync(location, cancellationToken);
        var report = await store.VerifyAsync(arguments.Level, context, cancellationToken);
        foreach (var damage in report.Damages)
        {
            context.Log(WorkLogLevel.Error, $"{damage.File} at offset {damage.Offset}: {damage.What}");
        }

        await directory.MarkAsync(location.Id, isDamaged: !report.IsSound && report.Level >= VerifyLevel.Structure, "VerifyStore", cancellationToken);
        var notices = report.IsSound ? [] : new[] { Damaged(location, report) };
        return new JobResult(report.IsSound ? JobOutcome.Succeeded : JobOutcome.CompletedWithErrors, ToJson(report), notices);
    }

    private static Situation Damaged(StoreLocation location, VerificationReport report) =>
        new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt)
            .With("s", location.Name)
            .With("n", report.DamagedMessages.Count)
            .With("m", report.Messages - report.DamagedMessages.Count)
            .With("file", report.Damages.Select(damage => damage.File).FirstOrDefault())
            .With("offset", report.Damages.Select(damage => damage.Offset).FirstOrDefault());

    private static string ToJson(VerificationReport report) => JsonSerializer.Serialize(
        new
        {
            level = report.Level.ToString().ToLowerInvariant(),
            segments = report.Segments,
            bytes = report.Bytes,
            messages = report.Messages,
            damages = report.Damages.Select(damage => new { file = damage.File, offset = damage.Offset, what = damage.What }),
            damagedMessages = report.DamagedMessages.Take(MessagesNamed).Select(message => new
            {
                sha256 = message.Id.ToString(),
                size = message.Size,
                reason = message.Reason,
                placements = message.Placements.Select(placement => new { mailbox = placement.Mailbox, folder = placement.Folder, uid = placement.Uid }),
            }),
        },
        Json);
}
