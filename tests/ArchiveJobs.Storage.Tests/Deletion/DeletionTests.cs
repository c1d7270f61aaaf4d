using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Store;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Stores;

namespace ArchiveJobs.Storage.Tests.Deletion;

public sealed class DeletionTests
{
    private static readonly DeletionOrder Order = new("anna", "asked for");
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(8);
    private static readonly IReadOnlyList<ContentId> Ids = [.. Messages.Select(m => ContentId.Of(m))];

    [Fact]
    public async Task A_deleted_message_is_seen_by_nobody_any_more()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        var before = store.HeadCommit;

        var report = await store.DeleteAsync([Ids[2]], Order, CancellationToken.None);

        Assert.Equal([Ids[2]], report.Deleted);
        Assert.Null(await TempStore.ReadAsync(store, Ids[2]));
        Assert.Empty(await store.DescribeAsync([Ids[2]], CancellationToken.None));
        Assert.Empty(await store.FindAsync(Ids[2].ToString(), 1, CancellationToken.None));
        Assert.Equal(Ids.Except([Ids[2]]).Order(), await ReadAllAsync(store));
        Assert.DoesNotContain(Ids[2], await ReadFolderAsync(store));
        var change = Assert.Single(await store.ReadFeedAsync(before, CancellationToken.None).ToListAsync());
        Assert.True(change.IsDeletion);
        Assert.Equal(Ids[2], change.Id);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
    }

    [Fact]
    public async Task Deleting_again_and_deleting_what_was_never_here_is_no_error_and_states_nothing()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync([Ids[0]], Order, CancellationToken.None);
        var head = store.HeadCommit;
        var unknown = ContentId.Of("nobody"u8);

        var report = await store.DeleteAsync([Ids[0], unknown, Ids[0]], Order, CancellationToken.None);

        Assert.Empty(report.Deleted);
        Assert.Equal([Ids[0], unknown], report.NotHeld);
        Assert.Equal(head, store.HeadCommit);
    }

    [Fact]
    public async Task A_message_on_hold_is_not_deleted_until_the_hold_is_lifted()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await HoldAsync(store, Ids[1], true);

        var refused = await store.DeleteAsync([Ids[0], Ids[1]], Order, CancellationToken.None);
        await TempStore.AssertHeldAsync(store, [Messages[1]]);
        await HoldAsync(store, Ids[1], false);
        var deleted = await store.DeleteAsync([Ids[1]], Order, CancellationToken.None);

        Assert.Equal([Ids[1]], refused.Refused);
        Assert.Equal([Ids[0]], refused.Deleted);
        Assert.Equal([Ids[1]], deleted.Deleted);
    }

    [Fact]
    public async Task Archived_once_more_from_another_folder_it_is_filtered()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync(Ids.Take(2).ToList(), Order, CancellationToken.None);
        var run = Guid.NewGuid();

        await temp.ArchiveAsync(store, Messages, first: 100, run);

        var balance = (await store.ReadBalanceAsync(run, CancellationToken.None)).Total;
        Assert.Equal((6, 2, 8), (balance.Archived, balance.Filtered, balance.Seen));
        Assert.Null(await TempStore.ReadAsync(store, Ids[0]));
    }

    [Fact]
    public async Task The_folder_tells_a_later_run_which_numbers_were_deleted()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync([Ids[3]], Order, CancellationToken.None);
        await using var session = await store.OpenSessionAsync(new RunScope(Guid.NewGuid(), new TestFence()), [], CancellationToken.None);

        var folder = await session.OpenFolderAsync(TempStore.Inbox, 7, CancellationToken.None);

        Assert.Equal([new UidRange(4, 4)], folder.Deleted!.Ranges);
        Assert.Equal([new UidRange(1, 8)], folder.Done.Ranges);
        Assert.Equal(7, folder.Placed.Count);
    }

    [Fact]
    public async Task The_recovered_catalog_has_the_same_tombstones()
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync(Ids.Take(5).ToList(), Order, CancellationToken.None);
        await temp.CloseAsync();
        var live = temp.CatalogPath + ".live";
        File.Move(temp.CatalogPath, live);

        await using var stores = temp.NewStores();
        await stores.RecoverAsync(temp.Location, new RecordedProgress(), CancellationToken.None);

        Assert.Empty(CatalogComparison.Compare(live, temp.CatalogPath, 10, CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task A_deletion_without_a_reason_on_one_line_is_refused(string reason)
    {
        await using var temp = new TempStore();
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);

        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(Ids, new DeletionOrder("anna", reason), CancellationToken.None));

        await TempStore.AssertHeldAsync(store, Messages);
    }

    private static Task HoldAsync(IArchiveStore store, ContentId id, bool isHeld) => ((ArchiveStore)store).StateAsync(
        [new HoldFact(id, isHeld, "anna", new DateTimeOffset(2026, 4, 1, 9, 0, 0, TimeSpan.Zero), "case 7")], CancellationToken.None);

    private static async Task<IEnumerable<ContentId>> ReadAllAsync(IArchiveStore store) =>
        (await store.ReadAllAsync(null, CancellationToken.None).Select(m => m.Id).ToListAsync()).Order();

    private static async Task<List<ContentId>> ReadFolderAsync(IArchiveStore store) =>
        await store.ReadPlacementsAsync("anna", "INBOX", CancellationToken.None).Select(p => p.Message).ToListAsync();
}
