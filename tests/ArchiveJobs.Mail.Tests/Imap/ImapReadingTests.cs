using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Tests.Net;

namespace ArchiveJobs.Mail.Tests.Imap;

public sealed class ImapReadingTests : ServerTest
{
    [Fact]
    public async Task Messages_come_octet_for_octet_with_flags_and_dates()
    {
        await using var server = await StartServerAsync();
        var received = new DateTimeOffset(2021, 3, 4, 5, 6, 7, TimeSpan.Zero);
        server.Deliver("anna", "INBOX", Message("one"), received: received);
        server.Deliver("anna", "INBOX", Message("two", "日本語\n"), "FS");
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");

        var read = await ReadAllAsync(reader);

        Assert.Equal([AsSent(Message("one")), AsSent(Message("two", "日本語\n"))], read.Select(one => one.Octets).Order());
        var first = read.Single(one => one.Octets!.Contains("one", StringComparison.Ordinal)).Item;
        Assert.Equal(received, first.InternalDate);
        Assert.Equal(AsSent(Message("one")).Length, first.Size);
        Assert.Equal("\\Flagged \\Seen", read.Single(one => one.Octets!.Contains("two", StringComparison.Ordinal)).Item.Flags);
        Assert.Equal(0, Buffers.Open);
    }

    [Fact]
    public async Task Reading_changes_nothing_on_the_server()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("new"));
        server.Deliver("anna", "INBOX", Message("seen"), "S");
        var before = Files(server.MailTree);
        await using (var mailbox = await ConnectAsync(To(server)))
        {
            await using var reader = await OpenFolderAsync(mailbox, "INBOX");
            Assert.Equal(2, (await ReadAllAsync(reader)).Count);
        }

        // Names hold the flags, and a file in new/ is \Recent.
        Assert.Equal(before, Files(server.MailTree));
    }

    [Fact]
    public async Task A_folder_of_many_batches_comes_whole_and_each_item_once()
    {
        await using var server = await StartServerAsync();
        for (var i = 0; i < 600; i++)
        {
            server.Deliver("anna", "Lists", Message($"mail-{i}"));
        }

        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "Lists");

        var read = await ReadAllAsync(reader);

        Assert.Equal(Enumerable.Range(0, 600).Select(i => AsSent(Message($"mail-{i}"))).Order(), read.Select(one => one.Octets).Order());
        Assert.Equal(600, read.Select(one => one.Item.Uid).Distinct().Count());
    }

    [Fact]
    public async Task Known_items_are_listed_without_flags_and_unknown_ones_with()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("a"), "S");
        server.Deliver("anna", "INBOX", Message("b"), "S");
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");

        var items = await reader.ListAsync(new UidSet([1]), Cancellation);

        Assert.Equal([(1u, ""), (2u, "\\Seen")], items.Select(item => (item.Uid, item.Flags)));
    }

    [Fact]
    public async Task A_message_deleted_after_the_listing_has_vanished_and_the_rest_comes()
    {
        await using var server = await StartServerAsync();
        string[] paths = [.. Enumerable.Range(0, 5).Select(i => server.Deliver("anna", "INBOX", Message($"m{i}"), "S"))];
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        var items = await reader.ListAsync(new UidSet(), Cancellation);
        File.Delete(paths[2]);

        var read = await ReadAllAsync(reader, items);

        Assert.Equal(5, read.Count);
        Assert.Equal(1, read.Count(one => one.Outcome == FetchOutcome.Vanished));
        Assert.Equal(4, read.Count(one => one.Outcome == FetchOutcome.Delivered));
    }

    [Fact]
    public async Task A_message_over_the_limit_is_not_fetched()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("small"));
        server.Deliver("anna", "INBOX", Message("large", new string('x', 5000)));
        await using var mailbox = await ConnectAsync(To(server) with { MaxMessageOctets = 1000 });
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");

        var read = await ReadAllAsync(reader);

        Assert.Equal([null, SituationKeys.MessageTooLarge], read.Select(one => one.Failure).Order());
    }

    [Fact]
    public async Task A_consumer_that_leaves_early_can_open_the_next_folder()
    {
        await using var server = await StartServerAsync();
        for (var i = 0; i < 300; i++)
        {
            server.Deliver("anna", "INBOX", Message($"m{i}"), "S");
        }

        server.Deliver("anna", "Other", Message("other"));
        await using var mailbox = await ConnectAsync(To(server));
        await using (var reader = await OpenFolderAsync(mailbox, "INBOX"))
        {
            await foreach (var fetched in reader.ReadAsync(await reader.ListAsync(new UidSet(), Cancellation), Cancellation))
            {
                fetched.Octets!.Dispose();
                break;
            }
        }

        Assert.Equal(0, Buffers.Open);
        await using var next = await mailbox.OpenFolderAsync(new SourceFolder("Other", SpecialUse.None, true, null), Cancellation);
        Assert.Single(await ReadAllAsync(next));
    }

    [Fact]
    public async Task Canceling_ends_the_reading_and_leaves_no_buffer_behind()
    {
        await using var server = await StartServerAsync();
        for (var i = 0; i < 300; i++)
        {
            server.Deliver("anna", "INBOX", Message($"m{i}"), "S");
        }

        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        var items = await reader.ListAsync(new UidSet(), Cancellation);
        using var canceling = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var fetched in reader.ReadAsync(items, canceling.Token))
            {
                fetched.Octets!.Dispose();
                await canceling.CancelAsync();
            }
        });

        Assert.Equal(0, Buffers.Open);
    }

    [Fact]
    public async Task A_full_disk_reaches_the_consumer_as_it_is()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("m"));
        var full = new ArchiveException(new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull), "No room.");
        Buffers.BeforeCreate = _ => throw full;
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => ReadAllAsync(reader));

        Assert.Equal(SituationKeys.DiskFull, failure.Situation.Key);
    }

    [Fact]
    public async Task A_bug_in_the_buffers_does_not_leave_the_consumer_waiting()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("m"));
        Buffers.BeforeCreate = _ => throw new InvalidOperationException("bug");
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAllAsync(reader));
    }

    [Fact]
    public async Task A_server_that_goes_away_in_the_middle_is_a_dropped_connection()
    {
        await using var server = await StartServerAsync();
        for (var i = 0; i < 300; i++)
        {
            server.Deliver("anna", "INBOX", Message($"m{i}", new string('x', 20_000)), "S");
        }

        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        var items = await reader.ListAsync(new UidSet(), Cancellation);
        var delivered = 0;

        var failure = await Assert.ThrowsAsync<ArchiveException>(async () =>
        {
            await foreach (var fetched in reader.ReadAsync(items, Cancellation))
            {
                fetched.Octets?.Dispose();
                if (delivered++ == 0)
                {
                    await server.KillAsync();
                }
            }
        });

        Assert.Equal((SituationKeys.ServerDropped, ErrorClass.TransientNetwork), (failure.Situation.Key, failure.Situation.Class));
        Assert.InRange(delivered, 1, 299);
        Assert.Equal(0, Buffers.Open);
    }

    [Fact]
    public async Task A_server_started_without_its_state_has_another_uidvalidity()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("m"), "S");
        var before = await StatusOfInboxAsync(To(server));

        await server.StartAgainAsync(keepState: false);

        var after = await StatusOfInboxAsync(To(server));
        Assert.NotEqual(before.UidValidity, after.UidValidity);
        Assert.Equal(1, after.Messages);
    }

    private async Task<FolderStatus> StatusOfInboxAsync(MailboxConnection connection)
    {
        await using var mailbox = await ConnectAsync(connection);
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        return reader.Status;
    }

    private static string[] Files(string tree) => [.. Directory.GetFiles(tree, "*", SearchOption.AllDirectories)
        .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {Encoding.Latin1.GetString(File.ReadAllBytes(path)).Length}").Order(StringComparer.Ordinal)];
}
