using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Messages;

namespace ArchiveJobs.Storage.Tests.Store;

public sealed class RoundTripTests
{
    [Theory]
    [InlineData(16 << 20)]
    [InlineData(20_000)]
    public async Task Any_octets_come_back_byte_for_byte(int spillBytes)
    {
        await using var temp = new TempStore(new StoreOptions { SpillBytes = spillBytes, ReserveBytes = 0, SegmentBytes = 4 << 20 });
        var store = await temp.OpenAsync();
        var messages = Enumerable.Range(1, 400).Select(Mails.Random).ToList();

        var (durable, failure) = await temp.ArchiveAsync(store, messages);

        Assert.Null(failure);
        Assert.Equal(messages.Count, durable);
        await TempStore.AssertHeldAsync(store, messages);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
    }

    [Fact]
    public async Task Messages_of_one_octet_and_of_none_come_back()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        byte[][] messages = [[], [0x0D]];

        await temp.ArchiveAsync(store, messages);

        await TempStore.AssertHeldAsync(store, messages);
    }

    [Fact]
    public async Task An_attachment_that_two_messages_share_is_stored_once()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, [TestMessages.WithAttachment(1, 1, 200_000)]);
        await temp.CloseAsync();
        var before = temp.SegmentFiles.Sum(file => new FileInfo(file).Length);

        store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, [TestMessages.WithAttachment(2, 1, 200_000)], first: 2);
        await temp.CloseAsync();

        Assert.InRange(temp.SegmentFiles.Sum(file => new FileInfo(file).Length) - before, 1, 20_000);
    }

    [Fact]
    public async Task Reading_everything_in_store_order_gives_each_message_once()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        var messages = Mails.Mixed(40);
        await temp.ArchiveAsync(store, messages);

        var read = new List<ContentId>();
        await foreach (var message in store.ReadAllAsync(null, CancellationToken.None))
        {
            Assert.Equal(message.Id, ContentId.Of(message.Memory!.Value.Span));
            read.Add(message.Id);
        }

        Assert.Equal(messages.Select(m => ContentId.Of(m)).Order(), read.Order());
    }
}
