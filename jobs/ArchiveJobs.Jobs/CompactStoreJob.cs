using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Gives back the room of what was deleted in a store, while other runs go on reading and writing it.</summary>
public sealed class CompactStoreJob(StoreDirectory directory, IArchiveStores stores) : IJob<CompactStoreJob.Arguments>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Id">Of the store.</param>
    /// <param name="DeadPercent">A segment is rewritten when so much of it is needed by nobody; 1 to 100.</param>
    /// <param name="MaxMegabytes">No further segment is begun once so much was read; null: no limit.</param>
    /// <param name="MaxMinutes">No further segment is begun after this time; null: no limit.</param>
    public sealed record Arguments(int Id, int DeadPercent = 40, long? MaxMegabytes = null, int? MaxMinutes = null);

    public static string Kind => "CompactStore";

    public static StoreNeed StoreNeed => StoreNeed.Shared;

    public async Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        // Asked when the run is queued: who typed it is told at once.
        if (arguments.DeadPercent is < 1 or > 100 || arguments.MaxMegabytes is < 1 || arguments.MaxMinutes is < 1)
        {
            throw new JobArgumentsException("CompactStore: --dead-percent is 1 to 100, --max-megabytes and --max-minutes are 1 or more.");
        }

        return (await directory.GetAsync(arguments.Id, cancellationToken)).Id;
    }

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var location = await directory.GetAsync(arguments.Id, cancellationToken);
        var store = await stores.OpenAsync(location, cancellationToken);
        var report = await store.CompactAsync(OptionsOf(arguments), context, cancellationToken);
        var notices = report.Damages.Count == 0 ? [] : new[] { Damaged(location, report) };
        return new JobResult(report.Damages.Count == 0 ? JobOutcome.Succeeded : JobOutcome.CompletedWithErrors, ToJson(report), notices);
    }

    private static CompactionOptions OptionsOf(Arguments arguments) => new()
    {
        DeadShare = arguments.DeadPercent / 100.0,
        MaxBytes = arguments.MaxMegabytes * 1_000_000,
        MaxTime = arguments.MaxMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
    };

    private static Situation Damaged(StoreLocation location, CompactionReport report) =>
        new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt)
            .With("s", location.Name)
            .With("file", report.Damages[0].File)
            .With("offset", report.Damages[0].Offset);

    private static string ToJson(CompactionReport report) => JsonSerializer.Serialize(
        new
        {
            segmentsLookedAt = report.SegmentsLookedAt,
            segmentsRetired = report.SegmentsRetired,
            segmentsMade = report.SegmentsMade,
            segmentsRefused = report.SegmentsRefused,
            segmentsLeft = report.SegmentsLeft,
            bytesBefore = report.BytesBefore,
            bytesAfter = report.BytesAfter,
            bytesGivenBack = report.BytesGivenBack,
            bytesWaiting = report.BytesWaiting,
            messagesKept = report.MessagesKept,
            entriesKept = report.EntriesKept,
            entriesDropped = report.EntriesDropped,
            damages = report.Damages.Select(damage => new { file = damage.File, offset = damage.Offset, what = damage.What }),
        },
        Json);
}
