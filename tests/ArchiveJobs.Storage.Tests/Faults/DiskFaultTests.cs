using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Faults;

public sealed class DiskFaultTests
{
    private const int IoError = 5;       // EIO
    private const int NoSpace = 28;      // ENOSPC
    private const int ReadOnly = 30;     // EROFS

    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(16);
    private static readonly StoreOptions Options = new() { BatchMessages = 4, ReserveBytes = 0 };

    [Theory]
    [InlineData(1, IoError)]
    [InlineData(2, IoError)]
    [InlineData(3, IoError)]
    [InlineData(2, NoSpace)]
    public async Task One_fsync_that_fails_costs_a_segment_and_no_message(int number, int errno)
    {
        await using var temp = await NewAsync();
        var sync = 0;
        var files = new FaultyFiles((op, _) => op == Op.Sync && ++sync == number ? FaultyFiles.Error(errno) : null);
        var store = await temp.OpenAsync(files);

        var (durable, failure) = await temp.ArchiveAsync(store, Messages);

        Assert.Null(failure);
        Assert.Equal(Messages.Count, durable);
        await TempStore.AssertHeldAsync(store, Messages);
        Assert.Equal(2, temp.SegmentFiles.Count);
        await temp.CloseAsync();
        store = await temp.OpenAsync();
        await TempStore.AssertHeldAsync(store, Messages);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
    }

    [Theory]
    [InlineData(IoError, SituationKeys.DiskReadOnly, ErrorClass.StoreReadOnly)]
    [InlineData(NoSpace, SituationKeys.DiskFull, ErrorClass.StoreFull)]
    [InlineData(ReadOnly, SituationKeys.DiskReadOnly, ErrorClass.StoreReadOnly)]
    public async Task When_a_second_segment_fails_too_nothing_more_is_acknowledged(int errno, string key, ErrorClass errorClass)
    {
        await using var temp = await NewAsync();
        var sync = 0;
        var files = new FaultyFiles((op, _) => op == Op.Sync && ++sync >= 4 ? FaultyFiles.Error(errno) : null);
        var store = await temp.OpenAsync(files);

        var (durable, failure) = await temp.ArchiveAsync(store, Messages);

        Assert.Equal((key, errorClass), (failure!.Situation.Key, failure.Situation.Class));
        Assert.InRange(durable, 4, Messages.Count - 1);
        store = await temp.OpenAsync();
        await TempStore.AssertHeldAsync(store, Messages.Take((int)durable));
        await temp.ArchiveAsync(store, Messages);
        await TempStore.AssertHeldAsync(store, Messages);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
    }

    [Fact]
    public async Task A_flush_that_meets_the_failure_ends_with_it()
    {
        await using var temp = await NewAsync();
        var store = await temp.OpenAsync(new FaultyFiles((op, _) => op == Op.Sync ? FaultyFiles.Error(IoError) : null));

        var (durable, failure) = await temp.ArchiveAsync(store, Messages.Take(1).ToList());

        Assert.Equal((0, ErrorClass.StoreReadOnly), (durable, failure!.Situation.Class));
    }

    [Fact]
    public async Task After_the_disk_has_room_again_a_new_session_goes_on()
    {
        await using var temp = await NewAsync();
        var files = FaultyFiles.Counting();
        var store = await temp.OpenAsync(files);
        files.Free = -1;
        var (durable, failure) = await temp.ArchiveAsync(store, Messages);
        files.Free = 1L << 40;

        var (_, second) = await temp.ArchiveAsync(store, Messages);

        Assert.Equal((0, ErrorClass.StoreFull), (durable, failure!.Situation.Class));
        Assert.Null(second);
        await TempStore.AssertHeldAsync(store, Messages);
    }

    [Fact]
    public async Task A_second_opener_of_the_same_store_is_refused()
    {
        await using var temp = await NewAsync();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages.Take(1).ToList());
        await using var others = temp.NewStores();

        var failure = await Assert.ThrowsAsync<ArchiveException>(async () =>
        {
            var second = await others.OpenAsync(temp.Location, CancellationToken.None);
            await second.OpenSessionAsync(new RunScope(Guid.NewGuid(), new TestKit.Stores.TestFence()), [], CancellationToken.None);
        });

        Assert.Equal((SituationKeys.StoreBusy, ErrorClass.StoreBusy), (failure.Situation.Key, failure.Situation.Class));
    }

    [Fact]
    public async Task What_a_writer_commits_after_it_lost_the_store_is_void()
    {
        await using var temp = await NewAsync();
        await using var zombie = temp.NewStores();
        var lost = await zombie.OpenAsync(temp.Location, CancellationToken.None);
        await temp.ArchiveAsync(lost, Messages.Take(4).ToList());
        File.Delete(Path.Combine(temp.Location.Path, "lock"));   // As on a share whose locks do not hold.
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages.Skip(4).Take(4).ToList(), first: 5);

        var (durable, failure) = await temp.ArchiveAsync(lost, Messages.Skip(8).Take(4).ToList(), first: 9);

        Assert.Equal((0, ErrorClass.LeaseLost), (durable, failure!.Situation.Class));
        await TempStore.AssertHeldAsync(store, Messages.Take(8));
    }

    private static async Task<TempStore> NewAsync()
    {
        var temp = new TempStore(Options);
        await temp.OpenAsync();
        await temp.CloseAsync();
        return temp;
    }
}
