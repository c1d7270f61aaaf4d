using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Stores;

namespace ArchiveJobs.Storage.Tests.Faults;

/// <summary>Whatever a power cut leaves of the last batch, everything before it is there and the store opens by itself.</summary>
public sealed class TornTailTests
{
    private const int Step = 61;   // A prime, so that all residues of the record alignment come up.

    private static readonly StoreOptions Options = new() { BatchMessages = 4, ReserveBytes = 0 };
    private static readonly IReadOnlyList<byte[]> Before = Mails.Mixed(8);
    private static readonly IReadOnlyList<byte[]> Last = Mails.Mixed(4, from: 100);

    public enum Tail
    {
        Missing,
        Zeros,
        Garbage,
    }

    [Theory]
    [InlineData(Tail.Missing)]
    [InlineData(Tail.Zeros)]
    [InlineData(Tail.Garbage)]
    public async Task Cut_anywhere_in_the_last_batch_the_batches_before_are_there(Tail tail)
    {
        await using var source = new TempStore(Options);
        var (from, to) = await WriteUnsealedAsync(source);
        for (var cut = from; cut < to; cut += Step)
        {
            await using var temp = await source.CopyAsync();
            File.Delete(temp.CatalogPath);
            await TearAsync(temp.SegmentFiles[0], cut, to, tail);

            var store = await temp.OpenAsync();
            var (_, failure) = await temp.ArchiveAsync(store, Last, first: 100);

            Assert.True(failure is null, $"cut at {cut}: {failure}");
            await TempStore.AssertHeldAsync(store, Before.Concat(Last));
            await TempStore.AssertSoundAsync(store);
        }
    }

    [Fact]
    public async Task Damage_with_a_later_commit_behind_it_is_no_torn_tail_and_nothing_is_cut()
    {
        await using var temp = new TempStore(Options);
        var (from, _) = await WriteUnsealedAsync(temp);
        await FlipAsync(temp.SegmentFiles[0], from - 200);
        var bytes = await File.ReadAllBytesAsync(temp.SegmentFiles[0]);

        var (_, failure) = await temp.ArchiveAsync(await temp.OpenAsync(), Mails.Mixed(1, from: 500));

        Assert.Equal((ErrorClass.StoreCorrupt, SituationKeys.StoreDamaged), (failure!.Situation.Class, failure.Situation.Key));
        Assert.Equal("00000001-00000001.dat", failure.Situation.Values["file"]);
        await temp.CloseAsync();
        Assert.Equal(bytes, await File.ReadAllBytesAsync(temp.SegmentFiles[0]));
    }

    [Fact]
    public async Task A_last_batch_that_the_catalog_has_is_damaged_and_not_torn()
    {
        await using var temp = new TempStore(Options);
        var (from, to) = await WriteUnsealedAsync(temp);
        await (await temp.OpenAsync()).ReadStatisticsAsync(CancellationToken.None);   // The catalog has taken over all of it.
        await temp.CloseAsync();
        await FlipAsync(temp.SegmentFiles[0], to - 40);
        var length = new FileInfo(temp.SegmentFiles[0]).Length;

        var failure = await Assert.ThrowsAnyAsync<ArchiveException>(() => OpenAndWriteAsync(temp));

        Assert.Equal(ErrorClass.StoreCorrupt, failure.Situation.Class);
        Assert.Equal(length, new FileInfo(temp.SegmentFiles[0]).Length);
        Assert.True(from < to);

        // Reading and verifying go on: only writing is refused.
        var store = await temp.OpenAsync();
        await TempStore.AssertHeldAsync(store, Before.Concat(Last));
        var report = await store.VerifyAsync(VerifyLevel.Full, new RecordedProgress(), CancellationToken.None);
        Assert.Contains(report.Damages, damage => damage.File == "00000001-00000001.dat");
    }

    private static async Task OpenAndWriteAsync(TempStore temp)
    {
        var (_, failure) = await temp.ArchiveAsync(await temp.OpenAsync(), Mails.Mixed(1, from: 500));
        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <summary>Leaves one open segment, as a process does that is killed, and says where its last batch lies.</summary>
    private static async Task<(long From, long To)> WriteUnsealedAsync(TempStore temp)
    {
        await temp.OpenAsync();
        await temp.CloseAsync();
        var isKilled = false;
        var files = new FaultyFiles((_, _) => isKilled ? new IOException("killed") : null);
        var store = await temp.OpenAsync(files);
        await temp.ArchiveAsync(store, Before);
        var from = new FileInfo(temp.SegmentFiles[0]).Length;
        await temp.ArchiveAsync(store, Last, first: 100);
        var to = new FileInfo(temp.SegmentFiles[0]).Length;
        isKilled = true;
        await temp.CloseAsync();
        Assert.Equal(to, new FileInfo(temp.SegmentFiles[0]).Length);
        return (from, to);
    }

    private static async Task TearAsync(string path, long cut, long to, Tail tail)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(cut);
        if (tail == Tail.Missing)
        {
            return;
        }

        var rest = new byte[to - cut];
        if (tail == Tail.Garbage)
        {
            new Random((int)cut).NextBytes(rest);
        }

        file.Position = cut;
        await file.WriteAsync(rest);
    }

    private static async Task FlipAsync(string path, long offset)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 4));
    }
}
