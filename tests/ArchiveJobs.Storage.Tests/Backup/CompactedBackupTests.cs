using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Store;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Backup;

/// <summary>Backup and compaction of one store.</summary>
public sealed class CompactedBackupTests
{
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(40);
    private static readonly IReadOnlyList<byte[]> Kept = [.. Messages.Where((_, i) => i % 2 == 1)];

    [Fact]
    public async Task A_store_that_was_compacted_is_restored_with_all_that_is_kept()
    {
        await using var temp = new TempBackup();
        var store = await FillAsync(temp);
        await CompactAsync(store);

        Assert.True((await temp.MakeAsync()).IsWhole);

        await temp.AssertSoundAsync(1);
        await AssertRestoredAsync(temp);
    }

    [Fact]
    public async Task A_segment_retired_before_and_still_read_by_somebody_is_left_out()
    {
        await using var temp = new TempBackup();
        var store = await FillAsync(temp);
        using var reader = store.PinSegments();
        var before = temp.Source.SegmentFiles.Select(Path.GetFileNameWithoutExtension).ToList();
        var report = await CompactAsync(store);

        Assert.True((await temp.MakeAsync()).IsWhole);

        Assert.Equal(before.Count - report.SegmentsRetired, before.Count(name => temp.Files.Any(file => file.Contains(name!, StringComparison.Ordinal))));
        await temp.AssertSoundAsync(1);
        await AssertRestoredAsync(temp);
    }

    [Fact]
    public async Task A_segment_retired_after_the_backup_has_its_last_commit_is_listed()
    {
        // The commit that retires it is not in the backup, and without that commit nothing names its replacement.
        await using var temp = new TempBackup();
        var store = await FillAsync(temp);
        using var pin = store.PinSegments();
        var head = await store.RollAsync(CancellationToken.None);
        var before = SegmentList.ReadNames(SegmentList.DirectoryOf(store.Location.Path));
        var report = await CompactAsync(store);

        var plan = StorePlan.List(store, pin, head);

        Assert.True(report.SegmentsRetired > 1);
        Assert.Empty(before.Except(plan.Segments.Select(segment => segment.Id)));
        Assert.Equal(head, plan.Head);
        Assert.Empty(plan.Problems);
    }

    private static async Task<ArchiveStore> FillAsync(TempBackup temp)
    {
        var store = await temp.ArchiveAsync(Messages);
        var doomed = Messages.Where((_, i) => i % 2 == 0).Select(message => ContentId.Of(message)).ToList();
        await store.DeleteAsync(doomed, new DeletionOrder("anna", "asked for"), CancellationToken.None);
        return (ArchiveStore)store;
    }

    private static async Task<CompactionReport> CompactAsync(ArchiveStore store)
    {
        var report = await store.CompactAsync(new CompactionOptions(DeadShare: 0.05, SmallSegments: 2), NoProgress.Instance, CancellationToken.None);
        Assert.True(report.SegmentsRetired > 0, report.ToString());
        return report;
    }

    private static async Task AssertRestoredAsync(TempBackup temp)
    {
        await using var restored = await temp.RestoreAsync();
        var copy = await restored.OpenAsync();
        await TempStore.AssertHeldAsync(copy, Kept);
        await TempStore.AssertSoundAsync(copy, VerifyLevel.Full);
    }
}
