using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Faults;

/// <summary>A process that dies at any durable operation loses nothing that it had acknowledged, and the next one opens the store by itself.</summary>
public sealed class KillPointTests
{
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(22);
    private static readonly StoreOptions Options = new() { BatchMessages = 3, SegmentBytes = 9000, ReserveBytes = 0 };

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.5, false)]
    [InlineData(0.0, true)]
    public async Task Killed_at_any_operation_of_an_ingest_everything_acknowledged_is_there(double tornShare, bool losesCache)
    {
        var points = await CountOperationsAsync();
        Assert.InRange(points, 40, 1000);

        for (var point = 1; point <= points; point++)
        {
            await using var temp = new TempStore(Options);
            await temp.OpenAsync();
            await temp.CloseAsync();
            var files = FaultyFiles.KilledAt(point, tornShare);
            var (durable, _) = await temp.ArchiveAsync(await temp.OpenAsync(files), Messages);
            await temp.CloseAsync();
            if (losesCache)
            {
                files.LoseWhatWasNotSynced();
            }

            await AssertNothingLostAsync(temp, durable, point);
        }
    }

    [Fact]
    public async Task Killed_while_cleaning_up_after_a_kill_everything_acknowledged_is_there()
    {
        for (var point = 1; point < 12; point++)
        {
            await using var temp = new TempStore(Options);
            await temp.OpenAsync();
            await temp.CloseAsync();
            var files = FaultyFiles.KilledAt(20, 0.5);
            var (durable, _) = await temp.ArchiveAsync(await temp.OpenAsync(files), Messages);
            await temp.CloseAsync();

            await temp.ArchiveAsync(await temp.OpenAsync(FaultyFiles.KilledAt(point, 0.5)), Mails.Mixed(3, from: 900), first: 900);
            await temp.CloseAsync();

            await AssertNothingLostAsync(temp, durable, point);
        }
    }

    private static async Task AssertNothingLostAsync(TempStore temp, long durable, int point)
    {
        var store = await temp.OpenAsync();
        await TempStore.AssertHeldAsync(store, Messages.Take((int)durable));

        // The run taken up again finishes the work.
        var (_, failure) = await temp.ArchiveAsync(store, Messages);
        Assert.True(failure is null, $"point {point}: {failure}");
        await TempStore.AssertHeldAsync(store, Messages);
        await TempStore.AssertSoundAsync(store);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
        Assert.Equal(Messages.Count, (await store.ReadStatisticsAsync(CancellationToken.None)).Placements);
    }

    private static async Task<int> CountOperationsAsync()
    {
        await using var temp = new TempStore(Options);
        await temp.OpenAsync();
        await temp.CloseAsync();
        var files = FaultyFiles.Counting();
        await temp.ArchiveAsync(await temp.OpenAsync(files), Messages);
        await temp.CloseAsync();
        return files.Count;
    }
}
