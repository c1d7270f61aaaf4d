using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Store;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Messages;
using ArchiveJobs.TestKit.Stores;

namespace ArchiveJobs.Storage.Tests.Compaction;

public sealed class CompactionTests
{
    private static readonly StoreOptions Options = new() { BatchMessages = 4, SegmentBytes = 12_000, SpillBytes = 60_000, ReserveBytes = 0 };
    private static readonly CompactionOptions All = new(DeadShare: 0.05, SmallSegments: 2);
    private static readonly DeletionOrder Order = new("anna", "asked for");

    private static readonly IReadOnlyList<byte[]> Messages =
        [.. Mails.Mixed(40), TestMessages.WithAttachment(77, 77, 90_000), .. Enumerable.Range(1, 20).Select(Mails.Random), .. Mails.Mixed(6, from: 700)];

    private static IReadOnlyList<byte[]> Doomed => [.. Messages.Where((_, i) => i % 2 == 0)];

    private static IReadOnlyList<byte[]> Kept => [.. Messages.Where((_, i) => i % 2 == 1)];

    [Fact]
    public async Task What_is_kept_is_the_same_byte_for_byte_and_the_room_of_the_rest_is_given_back()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        var before = await store.ReadStatisticsAsync(CancellationToken.None);

        var report = await CompactAsync(store);

        var after = await store.ReadStatisticsAsync(CancellationToken.None);
        Assert.True(report.SegmentsRetired > 5, report.ToString());
        Assert.True(report.BytesGivenBack > 0);
        Assert.Empty(report.Damages);
        Assert.InRange(before.StoredBytes - after.StoredBytes, report.BytesGivenBack - 12_000, report.BytesGivenBack);   // Less what the retirements take themselves.
        await TempStore.AssertHeldAsync(store, Kept);
        await AssertAllGoneAsync(store, Doomed);
        Assert.Equal(Kept.Select(m => ContentId.Of(m)).Distinct().Order(), (await store.ReadAllAsync(null, CancellationToken.None).Select(m => m.Id).ToListAsync()).Order());
        await AssertSoundAsync(store);
    }

    [Fact]
    public async Task The_recovered_catalog_is_the_live_one_row_by_row_and_the_chain_goes_on()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        var chain = await ReadChainAsync(temp);
        store = await temp.OpenAsync();
        await CompactAsync(store);

        var after = await ReadChainAsync(temp);

        Assert.Equal(chain, after.Take(chain.Count));
        await AssertRecoversAsync(temp);
        await TempStore.AssertHeldAsync(await temp.OpenAsync(), Kept);
    }

    [Fact]
    public async Task Compacted_segments_are_compacted_again_and_nothing_is_forgotten()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        await CompactAsync(store);
        await temp.ArchiveAsync(store, Mails.Mixed(10, from: 2000), first: 2000);
        await store.DeleteAsync([.. Kept.Take(20).Select(m => ContentId.Of(m))], Order, CancellationToken.None);

        var report = await CompactAsync(store);

        Assert.True(report.SegmentsRetired > 1);
        await TempStore.AssertHeldAsync(store, Kept.Skip(20).Concat(Mails.Mixed(10, from: 2000)));
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
        await AssertSoundAsync(await temp.OpenAsync());
    }

    [Fact]
    public async Task A_store_of_which_everything_was_deleted_keeps_its_commits_only()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        await store.DeleteAsync([.. Kept.Select(m => ContentId.Of(m))], Order, CancellationToken.None);

        var report = await CompactAsync(store);

        Assert.Equal((0, 0), (report.MessagesKept, report.EntriesKept));
        await AssertAllGoneAsync(store, Messages);
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
    }

    [Fact]
    public async Task A_message_referenced_again_between_copy_and_retirement_is_not_lost()
    {
        await using var temp = new TempStore(Options);
        var store = await temp.OpenAsync();
        var shared = TestMessages.WithAttachment(1, 1, 5000);
        var sharing = TestMessages.WithAttachment(2, 1, 5000);   // Another message with the same attachment.
        await temp.ArchiveAsync(store, [shared, .. Mails.Mixed(20, from: 50)]);
        await store.DeleteAsync([ContentId.Of(shared)], Order, CancellationToken.None);
        var isArchived = false;
        var progress = new HookedProgress(() =>
        {
            if (!isArchived)
            {
                isArchived = true;
                temp.ArchiveAsync(store, [sharing], first: 500).GetAwaiter().GetResult();
            }
        });

        var report = await store.CompactAsync(All with { DeadShare = 0.01 }, progress, CancellationToken.None);

        Assert.True(isArchived && report.SegmentsRetired > 0, report.ToString());
        await TempStore.AssertHeldAsync(store, [sharing, .. Mails.Mixed(20, from: 50)]);
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
    }

    [Fact]
    public async Task When_it_is_referenced_again_each_time_the_segment_stays_as_it_is()
    {
        await using var temp = new TempStore(Options with { SegmentBytes = 1 << 20 });
        var store = await temp.OpenAsync();
        IReadOnlyList<byte[]> shared = [TestMessages.WithAttachment(1, 1, 5000), TestMessages.WithAttachment(2, 2, 5000)];
        await temp.ArchiveAsync(store, [.. shared, .. Mails.Mixed(4, from: 50)]);
        await temp.CloseAsync();
        var files = new FaultyFiles((_, _) => null);
        store = await temp.OpenAsync(files);
        await store.DeleteAsync([.. shared.Select(m => ContentId.Of(m))], Order, CancellationToken.None);
        byte[][] again = [TestMessages.WithAttachment(11, 1, 5000), TestMessages.WithAttachment(12, 2, 5000)];
        var round = 0;
        files.AfterReadOnly = () =>
        {
            if (round < 2)
            {
                temp.ArchiveAsync(store, [again[round]], first: 500 + (uint)round++).GetAwaiter().GetResult();
            }
        };

        var report = await store.CompactAsync(All with { SmallSegments = 50 }, new RecordedProgress(), CancellationToken.None);

        Assert.Equal((2, 0, 1), (round, report.SegmentsRetired, report.SegmentsRefused));
        await TempStore.AssertHeldAsync(store, [.. again, .. Mails.Mixed(4, from: 50)]);
        await AssertSoundAsync(store);
        files.AfterReadOnly = null;
        await AssertRecoversAsync(temp);
    }

    [Fact]
    public async Task A_message_deleted_between_copy_and_retirement_stays_deleted()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        var isDone = false;
        var progress = new HookedProgress(() =>
        {
            if (!isDone)
            {
                isDone = true;
                store.DeleteAsync([.. Kept.Take(10).Select(m => ContentId.Of(m))], Order, CancellationToken.None).GetAwaiter().GetResult();
            }
        });

        await store.CompactAsync(All, progress, CancellationToken.None);

        await AssertAllGoneAsync(store, Kept.Take(10));
        await TempStore.AssertHeldAsync(store, Kept.Skip(10));
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
    }

    [Fact]
    public async Task Who_began_to_read_before_the_retirement_reads_to_the_end()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        var files = temp.SegmentFiles;
        await using var reading = store.ReadAllAsync(null, CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await reading.MoveNextAsync());
        await using var stream = (await store.OpenMessageAsync(ContentId.Of(Messages[57]), CancellationToken.None))!;

        var report = await CompactAsync(store);

        Assert.Equal(report.BytesBefore, report.BytesWaiting);
        Assert.All(files, file => Assert.True(File.Exists(file)));
        var count = 1;
        while (await reading.MoveNextAsync())
        {
            count++;
        }

        var octets = new MemoryStream();
        await stream.CopyToAsync(octets, TestContext.Current.CancellationToken);
        Assert.Equal(Messages[57], octets.ToArray());
        Assert.Equal(Kept.Select(m => ContentId.Of(m)).Distinct().Count(), count);
        await reading.DisposeAsync();
        Assert.Contains(files, file => File.Exists(file));
        await stream.DisposeAsync();
        Assert.Equal(report.SegmentsRetired, files.Count(file => !File.Exists(file)));
    }

    [Fact]
    public async Task A_pinned_file_is_removed_when_the_last_pin_goes()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        var first = ((ArchiveStore)store).PinSegments();
        var second = ((ArchiveStore)store).PinSegments();
        var files = temp.SegmentFiles;

        var report = await CompactAsync(store);
        first.Dispose();
        first.Dispose();

        Assert.All(files, file => Assert.True(File.Exists(file)));
        await AssertSoundAsync(store);
        second.Dispose();
        Assert.Equal(report.SegmentsRetired, files.Count(file => !File.Exists(file)));
        await AssertSoundAsync(store);
    }

    [Fact]
    public async Task What_a_pin_kept_when_the_process_ended_is_removed_by_the_next_writer()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        using var pin = ((ArchiveStore)store).PinSegments();
        var report = await CompactAsync(store);
        var files = temp.SegmentFiles;
        await temp.CloseAsync();

        store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Mails.Mixed(1, from: 900), first: 900);

        Assert.Equal(report.SegmentsRetired, files.Count(file => !File.Exists(file)));
        await AssertSoundAsync(store);
    }

    [Fact]
    public async Task A_retired_file_stays_while_its_replacement_is_missing()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        using var pin = ((ArchiveStore)store).PinSegments();
        await CompactAsync(store);
        await temp.CloseAsync();
        var made = temp.SegmentFiles.First(IsCompacted);
        File.Move(made, made + ".elsewhere");
        var files = temp.SegmentFiles;

        store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Mails.Mixed(1, from: 900), first: 900);
        await temp.CloseAsync();

        Assert.All(files, file => Assert.True(File.Exists(file)));
        File.Move(made + ".elsewhere", made);
        await AssertSoundAsync(await temp.OpenAsync());
    }

    [Fact]
    public async Task A_damaged_segment_is_left_alone_and_named_and_the_others_are_compacted()
    {
        await using var temp = new TempStore(Options);
        await FillAsync(temp);
        await temp.CloseAsync();
        var damaged = temp.SegmentFiles[1];
        Flip(damaged, SegmentHeader.Bytes + 300);
        var store = await temp.OpenAsync();

        var report = await CompactAsync(store);

        Assert.Equal(Path.GetFileName(damaged), Assert.Single(report.Damages).File);
        Assert.True(File.Exists(damaged));
        Assert.True(report.SegmentsRetired > 3);
    }

    [Fact]
    public async Task Canceled_it_leaves_what_it_is_at_and_the_next_one_goes_on()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        using var cancel = new CancellationTokenSource();
        var files = temp.SegmentFiles.Count;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CompactAsync(All, new HookedProgress(cancel.Cancel), cancel.Token));

        Assert.Equal(files, temp.SegmentFiles.Count);
        await AssertSoundAsync(store);
        var report = await CompactAsync(store);
        Assert.True(report.SegmentsRetired > 5);
        await TempStore.AssertHeldAsync(store, Kept);
    }

    [Fact]
    public async Task It_stops_between_segments_when_it_has_read_enough()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);

        var report = await store.CompactAsync(All with { MaxBytes = 1 }, new RecordedProgress(), CancellationToken.None);
        var rest = await CompactAsync(store);

        Assert.True(report is { SegmentsMade: 1, SegmentsLeft: > 0 }, report.ToString());
        Assert.True(rest is { SegmentsLeft: 0, SegmentsRetired: > 0 }, rest.ToString());
        await TempStore.AssertHeldAsync(store, Kept);
        await AssertSoundAsync(store);
    }

    [Fact]
    public async Task A_store_without_dead_bytes_is_left_as_it_is()
    {
        await using var temp = new TempStore(Options with { SegmentBytes = 1 << 20 });
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await temp.CloseAsync();
        store = await temp.OpenAsync();
        var files = temp.SegmentFiles;

        var report = await store.CompactAsync(new CompactionOptions(), new RecordedProgress(), CancellationToken.None);

        Assert.Equal((1, 0), (report.SegmentsLookedAt, report.SegmentsRetired));
        Assert.All(files, file => Assert.True(File.Exists(file)));
    }

    [Fact]
    public async Task The_segment_being_written_is_sealed_first_when_much_of_it_is_dead()
    {
        await using var temp = new TempStore(Options with { SegmentBytes = 1 << 20 });
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync([.. Doomed.Select(m => ContentId.Of(m))], Order, CancellationToken.None);

        var report = await store.CompactAsync(new CompactionOptions(DeadShare: 0.2), new RecordedProgress(), CancellationToken.None);

        Assert.Equal((1, 1), (report.SegmentsRetired, report.SegmentsMade));
        await TempStore.AssertHeldAsync(store, Kept);
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
    }

    [Fact]
    public async Task Archiving_goes_on_while_it_compacts()
    {
        await using var temp = new TempStore(Options);
        var store = await FillAsync(temp);
        var more = Mails.Mixed(120, from: 3000);

        var archiving = Task.Run(() => temp.ArchiveAsync(store, more, first: 3000), CancellationToken.None);
        await CompactAsync(store);
        await archiving;
        await CompactAsync(store);

        await TempStore.AssertHeldAsync(store, Kept.Concat(more));
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
    }

    [Fact]
    public async Task A_catalog_that_is_behind_is_brought_up_to_date_over_what_was_compacted()
    {
        await using var temp = new TempStore(Options);
        await temp.ArchiveAsync(await temp.OpenAsync(), Messages.Take(10).ToList());
        await temp.CloseAsync();
        File.Copy(temp.CatalogPath, temp.CatalogPath + ".old");
        var store = await temp.OpenAsync();
        await temp.ArchiveAsync(store, Messages);
        await store.DeleteAsync([.. Doomed.Select(m => ContentId.Of(m))], Order, CancellationToken.None);
        await CompactAsync(store);
        await temp.CloseAsync();
        File.Delete(temp.CatalogPath);
        File.Move(temp.CatalogPath + ".old", temp.CatalogPath);

        store = await temp.OpenAsync();

        await TempStore.AssertHeldAsync(store, Kept);
        await AssertSoundAsync(store);
    }

    [Fact]
    public async Task A_flipped_bit_in_a_compacted_segment_is_found_by_a_full_verification()
    {
        await using var temp = new TempStore(Options);
        await CompactAsync(await FillAsync(temp));
        await temp.CloseAsync();
        var path = temp.SegmentFiles.First(IsCompacted);
        var length = new FileInfo(path).Length;
        for (var at = 0L; at < length; at += at is < 104 or > SegmentHeader.Bytes ? 97 : SegmentHeader.Bytes - 50)
        {
            Flip(path, at);
            var report = await (await temp.OpenAsync()).VerifyAsync(VerifyLevel.Full, new RecordedProgress(), CancellationToken.None);
            await temp.CloseAsync();
            Assert.True(report.Damages.Count > 0, $"byte {at}");
            Flip(path, at);
        }

        await AssertSoundAsync(await temp.OpenAsync());
    }

    [Fact]
    public async Task A_log_segment_that_was_replaced_goes_on_fencing_those_before_it()
    {
        await using var temp = new TempStore(new StoreOptions { BatchMessages = 4, ReserveBytes = 0 });
        await temp.OpenAsync();
        await temp.CloseAsync();
        var syncs = 0;
        var store = await temp.OpenAsync(new FaultyFiles((op, _) => op == Op.Sync && ++syncs == 4 ? FaultyFiles.Error(5) : null));
        var messages = Mails.Mixed(12);
        await temp.ArchiveAsync(store, messages);   // The third batch lies in both segments; it counts in the second.
        await temp.CloseAsync();
        store = await temp.OpenAsync();
        var fenced = ((ArchiveStore)store).ReadSegmentStates()[0].LastValidCommit;
        await store.DeleteAsync([.. messages.Skip(8).Select(m => ContentId.Of(m))], Order, CancellationToken.None);

        var report = await store.CompactAsync(new CompactionOptions(DeadShare: 0.9, SmallSegments: 50), new RecordedProgress(), CancellationToken.None);

        Assert.Equal((2, 1), (fenced, report.SegmentsRetired));
        Assert.Equal(["00000001-00000001.dat", "00000002-00000001.dat", "00000002-00000002.dat"], temp.SegmentFiles.Select(Path.GetFileName));
        Assert.Equal(2, ((ArchiveStore)store).ReadSegmentStates()[0].LastValidCommit);
        await TempStore.AssertHeldAsync(store, messages.Take(8));
        await AssertSoundAsync(store);
        await AssertRecoversAsync(temp);
    }

    internal static async Task AssertRecoversAsync(TempStore temp)
    {
        await temp.CloseAsync();
        var live = temp.CatalogPath + ".live";
        File.Delete(live);
        File.Move(temp.CatalogPath, live);
        await using var stores = temp.NewStores();
        var report = await stores.RecoverAsync(temp.Location, new RecordedProgress(), CancellationToken.None);
        Assert.Empty(report.Damages);
        Assert.Empty(report.Unreadable);
        Assert.Empty(CatalogComparison.Compare(live, temp.CatalogPath, 10, CancellationToken.None));
        File.Delete(live);
    }

    internal static async Task AssertSoundAsync(IArchiveStore store)
    {
        foreach (var level in Enum.GetValues<VerifyLevel>())
        {
            await TempStore.AssertSoundAsync(store, level);
        }
    }

    internal static bool IsCompacted(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[SegmentHeader.Bytes];
        return file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length && SegmentHeader.TryDecode(bytes) is { IsCompacted: true };
    }

    private static Task<CompactionReport> CompactAsync(IArchiveStore store) => store.CompactAsync(All, new RecordedProgress(), CancellationToken.None);

    private static async Task<IArchiveStore> FillAsync(TempStore temp)
    {
        var store = await temp.OpenAsync();
        var (_, failure) = await temp.ArchiveAsync(store, Messages);
        Assert.Null(failure);
        await store.DeleteAsync([.. Doomed.Select(m => ContentId.Of(m))], Order, CancellationToken.None);
        return store;
    }

    private static async Task AssertAllGoneAsync(IArchiveStore store, IEnumerable<byte[]> messages)
    {
        foreach (var message in messages)
        {
            Assert.Null(await TempStore.ReadAsync(store, ContentId.Of(message)));
        }
    }

    /// <summary>Number, time and H of every commit, as the catalog has them.</summary>
    private static async Task<List<string>> ReadChainAsync(TempStore temp)
    {
        await temp.CloseAsync();
        return [.. CatalogDump.Read(temp.CatalogPath).Where(line => line.StartsWith("applied_commit", StringComparison.Ordinal)).OrderBy(Number)];

        static long Number(string line) => long.Parse(line.AsSpan(line.IndexOf('[', StringComparison.Ordinal) + 1, line.IndexOf(',', StringComparison.Ordinal) - line.IndexOf('[', StringComparison.Ordinal) - 1), provider: null);
    }

    private static void Flip(string path, long offset)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 1;
        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
        File.Delete(path);
        File.WriteAllBytes(path, bytes);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>Does something when a segment has been copied and its replacement is not sealed yet.</summary>
    private sealed class HookedProgress(Action copied) : IWorkProgress
    {
        public void Report(string phase, long done, long? total, long doneBytes)
        {
            if (phase == "compaction")
            {
                copied();
            }
        }

        public void Log(WorkLogLevel level, string line)
        {
        }
    }
}
