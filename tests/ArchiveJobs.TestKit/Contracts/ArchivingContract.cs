using ArchiveJobs.Core;
using ArchiveJobs.Core.Archiving;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.TestKit.Messages;
using ArchiveJobs.TestKit.Sources;
using ArchiveJobs.TestKit.Stores;
using Xunit;

namespace ArchiveJobs.TestKit.Contracts;

/// <summary>What the main path promises over a store; a store joins by deriving from it.</summary>
public abstract class ArchivingContract
{
    private readonly FakeAccount _account = new();

    protected abstract IArchiveStore Store { get; }

    protected abstract IMessageBuffers Buffers { get; }

    [Fact]
    public async Task The_first_run_archives_everything_and_reads_back_byte_for_byte()
    {
        Fill("INBOX", 3);
        var big = TestMessages.WithAttachment(9, 1, 50_000);
        _account["Archive"].Add(big);

        var balance = await RunAsync();

        Assert.Equal(new RunCounters(4, 0, 0, 0, 0, 4, _account["INBOX"].Messages.Values.Sum(m => (long)m.Length) + big.Length, 0), balance.Total);
        Assert.Equal(big, await ReadAsync(ContentId.Of(big)));
        Assert.Equal(TestMessages.Plain(2), await ReadAsync(ContentId.Of(TestMessages.Plain(2))));
    }

    [Fact]
    public async Task A_second_run_reads_no_body_and_counts_all_as_already_held()
    {
        Fill("INBOX", 5);
        Fill("Sent", 2, from: 100);
        await RunAsync();
        var bodies = _account.BodiesRead;

        var balance = await RunAsync();

        Assert.Equal(bodies, _account.BodiesRead);
        Assert.Equal(7, balance.Total.AlreadyHeld);
        Assert.Equal(7, balance.Total.Seen);
    }

    [Fact]
    public async Task What_was_deleted_in_the_archive_counts_as_filtered_from_then_on_and_is_not_read_again()
    {
        Fill("INBOX", 5);
        await RunAsync();
        await Store.DeleteAsync([ContentId.Of(TestMessages.Plain(2))], new DeletionOrder("anna", "asked for"), CancellationToken.None);
        _account["Sent"].Add(TestMessages.Plain(2));

        var unchangedFolder = await RunAsync();
        Fill("INBOX", 1, from: 50);
        var changedFolder = await RunAsync();

        Assert.Equal((0, 4, 2, 6), (unchangedFolder.Total.Archived, unchangedFolder.Total.AlreadyHeld, unchangedFolder.Total.Filtered, unchangedFolder.Total.Seen));
        Assert.Equal((1, 5, 1, 7), (changedFolder.Total.Archived, changedFolder.Total.AlreadyHeld, changedFolder.Total.Filtered, changedFolder.Total.Seen));
        Assert.Equal(7, _account.BodiesRead);
        Assert.Null(await Store.OpenMessageAsync(ContentId.Of(TestMessages.Plain(2)), CancellationToken.None));
    }

    [Fact]
    public async Task Only_what_is_new_is_read()
    {
        Fill("INBOX", 5);
        await RunAsync();
        Fill("INBOX", 1, from: 50);

        var balance = await RunAsync();

        Assert.Equal(6, _account.BodiesRead);
        Assert.Equal((1, 5), (balance.Total.Archived, balance.Total.AlreadyHeld));
    }

    [Fact]
    public async Task A_message_held_already_is_placed_again_but_not_stored_twice()
    {
        _account["INBOX"].Add(TestMessages.Plain(1));
        _account["Sent"].Add(TestMessages.Plain(1));

        var balance = await RunAsync();

        Assert.Equal((2, 1), (balance.Total.Archived, balance.Total.NewMessages));
        Assert.Equal(2, (await DescribeAsync(TestMessages.Plain(1))).Placements.Count);
    }

    [Fact]
    public async Task A_message_moved_at_the_source_moves_its_placement()
    {
        Fill("INBOX", 3);
        await RunAsync();
        _account.Move("INBOX", 2, "Projects/Alpha");

        var balance = await RunAsync();

        var placement = Assert.Single((await DescribeAsync(TestMessages.Plain(2))).Placements);
        Assert.Equal(("Projects/Alpha", false), (placement.Folder, placement.IsGone));
        Assert.Equal((1, 2, 0), (balance.Total.Archived, balance.Total.AlreadyHeld, balance.Total.NewMessages));
    }

    [Fact]
    public async Task A_message_moved_into_a_folder_that_is_read_first_moves_too()
    {
        Fill("INBOX", 3);
        await RunAsync();
        _account.Move("INBOX", 2, "Archive");

        await RunAsync();

        Assert.Equal("Archive", Assert.Single((await DescribeAsync(TestMessages.Plain(2))).Placements).Folder);
    }

    [Fact]
    public async Task A_message_deleted_at_the_source_stays_and_is_marked_gone()
    {
        Fill("INBOX", 3);
        await RunAsync();
        _account["INBOX"].Messages.Remove(2);

        var balance = await RunAsync();

        Assert.Equal((2, 2), (balance.Total.Seen, balance.Total.AlreadyHeld));
        Assert.True(Assert.Single((await DescribeAsync(TestMessages.Plain(2))).Placements).IsGone);
        Assert.Equal(TestMessages.Plain(2), await ReadAsync(ContentId.Of(TestMessages.Plain(2))));
    }

    [Fact]
    public async Task A_folder_removed_at_the_source_keeps_its_messages_and_is_reported()
    {
        Fill("Old", 2);
        await RunAsync();
        _account.RemoveFolder("Old");

        await RunAsync();

        Assert.Equal(SituationKeys.FolderVanished, Assert.Single(LastReport.Mailboxes[0].Notices).Key);
        Assert.True(Assert.Single((await DescribeAsync(TestMessages.Plain(1))).Placements).IsGone);
    }

    [Fact]
    public async Task A_renumbered_folder_makes_no_second_copy_and_says_the_numbers()
    {
        Fill("INBOX", 4);
        await RunAsync();
        _account["INBOX"].Renumber(firstUid: 501);
        Fill("INBOX", 1, from: 77);

        var balance = await RunAsync();

        var notice = Assert.Single(LastReport.Mailboxes[0].Notices);
        Assert.Equal((SituationKeys.FolderRenumbered, "5", "4", "1"), (notice.Key, notice.Values["n"], notice.Values["k"], notice.Values["m"]));
        Assert.Equal((1, 4, 1), (balance.Total.Archived, balance.Total.AlreadyHeld, balance.Total.NewMessages));
        Assert.Equal(502u, Assert.Single((await DescribeAsync(TestMessages.Plain(2))).Placements).Uid);
    }

    [Fact]
    public async Task After_a_renumbering_the_next_run_reads_nothing()
    {
        Fill("INBOX", 4);
        await RunAsync();
        _account["INBOX"].Renumber(firstUid: 501);
        await RunAsync();
        var bodies = _account.BodiesRead;

        var balance = await RunAsync();

        Assert.Equal(bodies, _account.BodiesRead);
        Assert.Equal(4, balance.Total.AlreadyHeld);
    }

    [Fact]
    public async Task A_server_that_renders_its_mail_anew_stops_the_mailbox_until_a_person_decides()
    {
        Fill("INBOX", 120);
        await RunAsync();
        _account["INBOX"].Renumber(render: octets => [.. octets, (byte)'\r', (byte)'\n']);

        await RunAsync();

        Assert.Equal(SituationKeys.FolderRerendered, LastReport.Mailboxes[0].Failure!.Situation.Key);
        Assert.Equal(120, (await Store.ReadStatisticsAsync(TestContext.Current.CancellationToken)).Messages);
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_fails_alone_and_is_tried_again()
    {
        Fill("INBOX", 3);
        _account["INBOX"].Unreadable.Add(2);
        var first = await RunAsync();
        _account["INBOX"].Unreadable.Clear();

        var second = await RunAsync();

        Assert.Equal((2, 1), (first.Total.Archived, first.Total.Failed));
        Assert.Equal((1, 2), (second.Total.Archived, second.Total.AlreadyHeld));
    }

    [Fact]
    public async Task A_message_gone_before_it_was_read_is_not_seen()
    {
        Fill("INBOX", 3);
        _account["INBOX"].Vanishing.Add(2);

        var balance = await RunAsync();

        Assert.Equal((2, 2, 1), (balance.Total.Seen, balance.Total.Archived, balance.Total.Vanished));
    }

    [Fact]
    public async Task A_run_interrupted_and_taken_up_again_counts_each_message_once()
    {
        Fill("INBOX", 30);
        Fill("Sent", 10, from: 100);
        var run = Guid.CreateVersion7();
        _account.BreaksAfter = 17;
        await RunAsync(run);
        Assert.Equal(SituationKeys.ServerDropped, LastReport.Mailboxes[0].Failure!.Situation.Key);

        var balance = await RunAsync(run);

        Assert.Equal(new RunCounters(40, 0, 0, 0, 0, 40, balance.Total.NewBytes, 0), balance.Total);
        Assert.Equal(40, _account.BodiesRead);
    }

    [Fact]
    public async Task Items_known_by_name_are_read_once()
    {
        var account = new FakeAccount("pop3://anna@mail.example.jp:110") { NamesItems = true };
        account["INBOX"].Add(TestMessages.Plain(1));
        account["INBOX"].Add(TestMessages.Plain(2));
        await RunAsync(account: account);
        account["INBOX"].Messages.Remove(1);
        account["INBOX"].Add(TestMessages.Plain(3));

        var balance = await RunAsync(account: account);

        Assert.Equal(3, account.BodiesRead);
        Assert.Equal((1, 1), (balance.Total.Archived, balance.Total.AlreadyHeld));
    }

    [Fact]
    public async Task A_folder_left_out_is_named_and_not_counted()
    {
        Fill("INBOX", 1);
        Fill("Trash", 5, from: 10);

        var balance = await RunAsync(selection: new LeaveOut("Trash"));

        Assert.Equal(1, balance.Total.Seen);
        Assert.Equal("Trash", Assert.Single(LastReport.Mailboxes[0].LeftOut).Key);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_commits_nothing_more()
    {
        Fill("INBOX", 3);
        var fence = new TestFence { IsHeld = false };

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => RunAsync(fence: fence));

        Assert.Equal(ErrorClass.LeaseLost, failure.Situation.Class);
        Assert.Equal(0, (await Store.ReadStatisticsAsync(TestContext.Current.CancellationToken)).Messages);
    }

    [Fact]
    public async Task What_the_report_expects_is_what_the_store_counted()
    {
        Fill("INBOX", 3);
        Fill("Sent", 2, from: 10);
        _account["INBOX"].Unreadable.Add(1);
        _account["Sent"].Vanishing.Add(2);

        var balance = await RunAsync();

        foreach (var folder in LastReport.Mailboxes[0].Folders)
        {
            Assert.Equal(folder.Seen, balance.Folders.Where(b => b.Folder == folder.Folder).Sum(b => b.Counters.Seen));
        }
    }

    private ArchiveReport LastReport { get; set; } = null!;

    private void Fill(string folder, int count, int from = 1)
    {
        for (var i = 0; i < count; i++)
        {
            _account[folder].Add(TestMessages.Plain(from + i));
        }
    }

    private async Task<RunBalance> RunAsync(Guid? run = null, FakeAccount? account = null, IFolderSelection? selection = null, IRunFence? fence = null)
    {
        var token = TestContext.Current.CancellationToken;
        await using var session = await Store.OpenSessionAsync(new RunScope(run ?? Guid.CreateVersion7(), fence ?? new TestFence()), [], token);
        var mailbox = new MailboxPlan("anna", "anna", "", selection ?? new LeaveOut(), () => (account ?? _account).Open(Buffers));
        LastReport = await new MessageArchiver(TimeProvider.System).ArchiveAsync(
            new ArchivePlan([mailbox], 1, null, RerenderedDecision.Ask), session, new RecordedProgress(), token);
        return await session.ReadBalanceAsync(token);
    }

    private async Task<byte[]> ReadAsync(ContentId id)
    {
        await using var stream = await Store.OpenMessageAsync(id, TestContext.Current.CancellationToken);
        var octets = new MemoryStream();
        await stream!.CopyToAsync(octets, TestContext.Current.CancellationToken);
        return octets.ToArray();
    }

    private async Task<MessageSummary> DescribeAsync(byte[] octets) =>
        Assert.Single(await Store.DescribeAsync([ContentId.Of(octets)], TestContext.Current.CancellationToken));

    private sealed class LeaveOut(params string[] paths) : IFolderSelection
    {
        public string? WhyLeftOut(SourceFolder folder) => paths.Contains(folder.Path) ? "excluded" : null;
    }
}
