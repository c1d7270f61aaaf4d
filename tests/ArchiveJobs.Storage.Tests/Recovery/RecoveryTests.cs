using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Messages;
using ArchiveJobs.TestKit.Stores;

namespace ArchiveJobs.Storage.Tests.Recovery;

public sealed class RecoveryTests
{
    private static readonly StoreOptions Options = new() { BatchMessages = 4, SegmentBytes = 12_000, SpillBytes = 30_000, ReserveBytes = 0 };

    [Fact]
    public async Task The_recovered_catalog_is_the_live_one_row_by_row()
    {
        await using var temp = new TempStore(Options);
        var messages = await FillAsync(temp);
        var live = temp.CatalogPath + ".live";
        File.Move(temp.CatalogPath, live);

        var report = await RecoverAsync(temp);

        Assert.Empty(CatalogComparison.Compare(live, temp.CatalogPath, 10, CancellationToken.None));
        Assert.Empty(report.Damages);
        Assert.Empty(report.Unreadable);
        Assert.Equal((messages.Count, "anna"), ((int)report.Messages, Assert.Single(report.Mailboxes)));
    }

    [Fact]
    public async Task A_commit_whose_record_is_lost_comes_from_the_footer()
    {
        await using var temp = new TempStore(Options);
        await FillAsync(temp);
        var live = temp.CatalogPath + ".live";
        File.Move(temp.CatalogPath, live);
        Flip(temp.SegmentFiles[0], FindRecords(temp.SegmentFiles[0], RecordType.Commit)[0] + 80);

        var report = await RecoverAsync(temp);

        Assert.Empty(CatalogComparison.Compare(live, temp.CatalogPath, 10, CancellationToken.None));
        Assert.Equal("00000001-00000001.dat", Assert.Single(report.Damages).File);
    }

    [Fact]
    public async Task Messages_of_a_lost_block_are_reported_and_archived_again_by_the_next_run()
    {
        await using var temp = new TempStore(Options);
        var messages = await FillAsync(temp);
        var block = FindRecords(temp.SegmentFiles[0], RecordType.Data)[0];
        Flip(temp.SegmentFiles[0], block + 100);

        var report = await RecoverAsync(temp);
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, messages, first: 2000);

        Assert.NotEmpty(report.Unreadable);
        Assert.Contains(report.Unreadable, m => m.Id == ContentId.Of(messages[0]));
        await TempStore.AssertHeldAsync(store, messages);
    }

    [Fact]
    public async Task A_missing_segment_is_named_and_what_lies_behind_it_is_kept()
    {
        await using var temp = new TempStore(Options);
        var messages = await FillAsync(temp);
        File.Delete(temp.SegmentFiles[1]);

        var report = await RecoverAsync(temp);

        Assert.Contains(report.Damages, damage => damage.What.Contains("missing", StringComparison.Ordinal));
        Assert.InRange(report.Messages, 1, messages.Count - 1);
        await using var stores = temp.NewStores();
        Assert.Equal(messages[^1], await TempStore.ReadAsync(await stores.OpenAsync(temp.Location, CancellationToken.None), ContentId.Of(messages[^1])));
    }

    [Fact]
    public async Task Without_a_catalog_the_store_opens_all_the_same()
    {
        await using var temp = new TempStore(Options);
        var messages = await FillAsync(temp);
        File.Delete(temp.CatalogPath);

        var store = await temp.OpenAsync();

        await TempStore.AssertHeldAsync(store, messages);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
    }

    private static async Task<IReadOnlyList<byte[]>> FillAsync(TempStore temp)
    {
        IReadOnlyList<byte[]> messages = [.. Mails.Mixed(20), TestMessages.WithAttachment(77, 77, 90_000), .. Enumerable.Range(1, 30).Select(Mails.Random), .. Mails.Mixed(6, from: 700)];
        await temp.ArchiveAsync(await temp.OpenAsync(), messages);
        await temp.CloseAsync();
        return messages;
    }

    private static async Task<RecoveryReport> RecoverAsync(TempStore temp)
    {
        await using var stores = temp.NewStores();
        return await stores.RecoverAsync(temp.Location, new RecordedProgress(), CancellationToken.None);
    }

    private static List<long> FindRecords(string path, RecordType type)
    {
        var bytes = File.ReadAllBytes(path);
        var found = new List<long>();
        for (var at = SegmentHeader.Bytes; at + RecordHeader.Bytes < bytes.Length; at += RecordHeader.Alignment)
        {
            if (RecordHeader.TryDecode(bytes.AsSpan(at), out var header) && header.Type == type)
            {
                found.Add(at);
            }
        }

        return found;
    }

    private static void Flip(string path, long offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 1;
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
    }
}
