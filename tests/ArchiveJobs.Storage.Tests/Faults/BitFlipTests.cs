using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Stores;

namespace ArchiveJobs.Storage.Tests.Faults;

/// <summary>A full verification finds every flipped bit, and names exactly the messages that can no longer be read.</summary>
public sealed class BitFlipTests
{
    private static readonly StoreOptions Options = new() { BatchMessages = 5, SegmentBytes = 12_000, ReserveBytes = 0 };
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flipped_bit_anywhere_in_a_segment_is_found_and_its_messages_named(bool isSealed)
    {
        await using var temp = new TempStore(Options);
        await temp.OpenAsync();
        await temp.CloseAsync();
        var isKilled = false;
        var files = new FaultyFiles((_, _) => isKilled ? new IOException("killed") : null);
        await temp.ArchiveAsync(await temp.OpenAsync(files), Messages);
        isKilled = !isSealed;
        await temp.CloseAsync();
        var path = isSealed ? temp.SegmentFiles[0] : temp.SegmentFiles[^1];
        var original = await File.ReadAllBytesAsync(path);

        foreach (var bit in SampleBits(original, isSealed))
        {
            await WriteAsync(path, original, bit);
            var store = await temp.OpenAsync();
            var report = await store.VerifyAsync(VerifyLevel.Full, new RecordedProgress(), CancellationToken.None);
            await temp.CloseAsync();
            store = await temp.OpenAsync();

            Assert.True(report.Damages.Count > 0, $"bit {bit % 8} of byte {bit / 8} was not found");
            Assert.Equal(await FindUnreadableAsync(store), report.DamagedMessages.Select(m => m.Id));
            Assert.All(report.DamagedMessages, m => Assert.Equal("INBOX", Assert.Single(m.Placements).Folder));
            await temp.CloseAsync();
        }

        await WriteAsync(path, original, null);
        await TempStore.AssertSoundAsync(await temp.OpenAsync());
    }

    [Fact]
    public async Task A_missing_segment_is_found_and_its_messages_named()
    {
        await using var temp = new TempStore(Options);
        await temp.ArchiveAsync(await temp.OpenAsync(), Messages);
        await temp.CloseAsync();
        await temp.ArchiveAsync(await temp.OpenAsync(), Mails.Mixed(4, from: 300), first: 300);
        await temp.CloseAsync();
        var store = await temp.OpenAsync();
        File.Delete(temp.SegmentFiles[1]);

        var report = await store.VerifyAsync(VerifyLevel.Full, new RecordedProgress(), CancellationToken.None);

        Assert.NotEmpty(report.Damages);
        Assert.Equal(await FindUnreadableAsync(store), report.DamagedMessages.Select(m => m.Id));
        Assert.NotEmpty(report.DamagedMessages);
    }

    [Fact]
    public async Task Who_reads_all_is_told_of_the_damaged_ones_and_gets_the_others()
    {
        await using var temp = new TempStore(Options);
        await temp.ArchiveAsync(await temp.OpenAsync(), Messages);
        await temp.CloseAsync();
        var path = temp.SegmentFiles[0];
        await WriteAsync(path, await File.ReadAllBytesAsync(path), (SegmentHeader.Bytes + 200) * 8L);
        var store = await temp.OpenAsync();
        var damaged = new List<ContentId>();
        var read = new List<ContentId>();

        await foreach (var message in store.ReadAllAsync((id, _) => damaged.Add(id), CancellationToken.None))
        {
            read.Add(message.Id);
        }

        Assert.Equal(await FindUnreadableAsync(store), damaged.Order());
        Assert.NotEmpty(damaged);
        Assert.Equal(Messages.Select(m => ContentId.Of(m)).Distinct().Except(damaged).Order(), read.Order());
    }

    /// <summary>Every bit of the places where few bytes decide much, and one in some hundred of the bodies.</summary>
    private static IEnumerable<long> SampleBits(byte[] bytes, bool isSealed)
    {
        for (var at = 0; at < 104; at += 3)
        {
            yield return (at * 8L) + (at % 8);
        }

        yield return 2000 * 8;
        for (var at = SegmentHeader.Bytes; at < SegmentHeader.Bytes + RecordHeader.Bytes; at++)
        {
            yield return (at * 8L) + (at % 8);
        }

        for (var at = SegmentHeader.Bytes + 70; at < bytes.Length; at += 173)
        {
            yield return (at * 8L) + (at % 8);
        }

        for (var at = bytes.Length - (isSealed ? SegmentTrailer.Bytes : 20); at < bytes.Length; at += 5)
        {
            yield return (at * 8L) + (at % 8);
        }
    }

    private static async Task<IEnumerable<ContentId>> FindUnreadableAsync(IArchiveStore store)
    {
        var unreadable = new List<ContentId>();
        foreach (var id in Messages.Select(m => ContentId.Of(m)))
        {
            try
            {
                await TempStore.ReadAsync(store, id);
            }
            catch (ArchiveException)
            {
                unreadable.Add(id);
            }
        }

        return unreadable.Order();
    }

    private static async Task WriteAsync(string path, byte[] original, long? bit)
    {
        var bytes = (byte[])original.Clone();
        if (bit is { } flipped)
        {
            bytes[flipped / 8] ^= (byte)(1 << (int)(flipped % 8));
        }

        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
