using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Tests.Compaction;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Stores;

namespace ArchiveJobs.Storage.Tests.Faults;

/// <summary>A compaction that dies, or meets a failing disk, at any durable operation loses nothing, and the next opening clears up.</summary>
public sealed class CompactionFaultTests
{
    private const int IoError = 5;    // EIO
    private const int NoSpace = 28;   // ENOSPC

    private static readonly StoreOptions Options = new() { BatchMessages = 4, SegmentBytes = 9000, ReserveBytes = 0 };
    private static readonly CompactionOptions All = new(DeadShare: 0.05, SmallSegments: 2);
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(24);
    private static readonly IReadOnlyList<byte[]> Kept = [.. Messages.Where((_, i) => i % 2 == 1)];
    private static readonly IReadOnlyList<ContentId> Doomed = [.. Messages.Where((_, i) => i % 2 == 0).Select(m => ContentId.Of(m))];

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.0, true)]
    public async Task Killed_at_any_operation_of_a_compaction_everything_acknowledged_is_there(double tornShare, bool losesCache)
    {
        await using var source = await FillAsync();
        var points = await CountOperationsAsync(source);
        Assert.InRange(points, 20, 1000);

        for (var point = 1; point <= points; point++)
        {
            await using var temp = await source.CopyAsync();
            var files = FaultyFiles.KilledAt(point, tornShare);
            await RunAsync(temp, files);
            await temp.CloseAsync();
            if (losesCache)
            {
                files.LoseWhatWasNotSynced();
            }

            await AssertNothingLostAsync(temp, point);
        }
    }

    [Theory]
    [InlineData(IoError)]
    [InlineData(NoSpace)]
    public async Task One_failed_operation_of_a_compaction_loses_nothing_and_the_store_goes_on(int errno)
    {
        await using var source = await FillAsync();
        var points = await CountOperationsAsync(source);

        for (var point = 1; point <= points; point++)
        {
            await using var temp = await source.CopyAsync();
            await RunAsync(temp, new FaultyFiles((_, n) => n == point ? FaultyFiles.Error(errno) : null));
            await AssertNothingLostAsync(temp, point);
        }
    }

    [Fact]
    public async Task Without_room_for_the_copy_it_says_so_and_archiving_goes_on()
    {
        await using var source = await FillAsync();
        await using var temp = await source.CopyAsync();
        var files = FaultyFiles.Counting();
        var store = await temp.OpenAsync(files);
        files.Free = 10;

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => store.CompactAsync(All, new RecordedProgress(), CancellationToken.None));
        files.Free = 1L << 40;

        Assert.Equal((SituationKeys.DiskFull, ErrorClass.StoreFull), (failure.Situation.Key, failure.Situation.Class));
        var (_, archiving) = await temp.ArchiveAsync(store, Mails.Mixed(3, from: 900), first: 900);
        Assert.Null(archiving);
        await TempStore.AssertHeldAsync(store, Kept);
    }

    /// <summary>Compacts, with a batch before and one behind; whatever fails, fails.</summary>
    private static async Task RunAsync(TempStore temp, FaultyFiles files)
    {
        try
        {
            var store = await temp.OpenAsync(files);
            await temp.ArchiveAsync(store, Mails.Mixed(2, from: 600), first: 600);
            await store.CompactAsync(All, new RecordedProgress(), CancellationToken.None);
            await temp.ArchiveAsync(store, Mails.Mixed(2, from: 650), first: 650);
        }
        catch (ArchiveException)
        {
            // What it was killed or refused in the middle of.
        }
    }

    private static async Task AssertNothingLostAsync(TempStore temp, int point)
    {
        var store = await temp.OpenAsync();
        await TempStore.AssertHeldAsync(store, Kept);
        foreach (var id in Doomed)
        {
            Assert.Null(await TempStore.ReadAsync(store, id));
        }

        // The writer's opening clears up; the next compaction finishes the work.
        var (_, failure) = await temp.ArchiveAsync(store, Mails.Mixed(3, from: 700), first: 700);
        Assert.True(failure is null, $"point {point}: {failure}");
        await CompactionTests.AssertSoundAsync(store);
        await store.CompactAsync(All, new RecordedProgress(), CancellationToken.None);
        await TempStore.AssertHeldAsync(store, Kept.Concat(Mails.Mixed(3, from: 700)));
        await CompactionTests.AssertSoundAsync(store);
        await CompactionTests.AssertRecoversAsync(temp);
        AssertNothingIsLeft(temp);
        Assert.All(temp.SegmentFiles, file => Assert.True(new FileInfo(file).Length > 0, $"point {point}: {file} is empty"));
    }

    /// <summary>No copy that nobody named, and no file that was retired.</summary>
    private static void AssertNothingIsLeft(TempStore temp)
    {
        using var catalog = new CatalogReader(temp.CatalogPath);
        var known = catalog.ReadSegments().ToDictionary(segment => segment.Segment.FileName);
        Assert.All(temp.SegmentFiles, file =>
        {
            var record = known.GetValueOrDefault(Path.GetFileName(file));
            Assert.Null(record?.RetiredCommit);
            Assert.True(record is not null || !CompactionTests.IsCompacted(file), file);
        });
    }

    private static async Task<TempStore> FillAsync()
    {
        var temp = new TempStore(Options);
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync(Doomed, new DeletionOrder("anna", "asked for"), CancellationToken.None);
        await temp.CloseAsync();
        return temp;
    }

    private static async Task<int> CountOperationsAsync(TempStore source)
    {
        await using var temp = await source.CopyAsync();
        var files = FaultyFiles.Counting();
        await RunAsync(temp, files);
        await temp.CloseAsync();
        return files.Count;
    }
}
