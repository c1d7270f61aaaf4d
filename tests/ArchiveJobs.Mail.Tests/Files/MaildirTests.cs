using System.Text;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Files;

namespace ArchiveJobs.Mail.Tests.Files;

public sealed class MaildirTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task Maildir_plus_plus_folders_become_paths_in_plain_text()
    {
        _tree.Write("cur/1.a:2,S", "A: 1\n\n");
        _tree.Write(".&U9ZfFVFI-.&iYt6TQ-/cur/2.a:2,", "A: 2\n\n");
        _tree.Write(".100% sure.a&-b/new/3.a", "A: 3\n\n");

        await using var mailbox = Open();
        var folders = await mailbox.ListFoldersAsync(CancellationToken.None);

        Assert.Equal(["INBOX", "取引先/見積", "100%25 sure/a&b"], folders.Select(folder => folder.Path).OrderBy(path => path == "INBOX" ? 0 : path[0] == '取' ? 1 : 2));
        Assert.Equal(SpecialUse.Inbox, folders[0].Use);
    }

    [Fact]
    public async Task Plain_directories_with_a_cur_in_them_are_folders_too()
    {
        _tree.Write("cur/1.a:2,", "A: 1\n\n");
        _tree.Write("Archive/2025/cur/2.a:2,", "A: 2\n\n");

        await using var mailbox = Open();

        Assert.Equal(["INBOX", "Archive/2025"], (await mailbox.ListFoldersAsync(CancellationToken.None)).Select(folder => folder.Path));
    }

    [Fact]
    public async Task No_two_folders_have_one_path()
    {
        _tree.Write("cur/1.a:2,", "A: 1\n\n");
        _tree.Write("Inbox/cur/2.a:2,", "A: 2\n\n");
        _tree.Write(".Archive.2025/cur/3.a:2,", "A: 3\n\n");
        _tree.Write("Archive/2025/cur/4.a:2,", "A: 4\n\n");

        var contents = await ReadAll();

        Assert.Equal(["Archive/2025", "Archive/2025_", "INBOX", "Inbox_"], contents.Items.Select(item => item.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Flag_letters_become_flags_and_the_time_of_the_file_the_internal_date()
    {
        var path = _tree.Write("cur/1.a,S=6:2,DFPRSTb", "A: 1\n\n");
        _tree.Write("dovecot-keywords", "0 $Junk\n1 $Label1\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 2, 29, 12, 30, 0, DateTimeKind.Utc));

        var item = Assert.Single((await ReadAll()).Items).Item.Item;

        Assert.Equal("1.a,S=6", item.Name);
        Assert.Equal("\\Draft \\Flagged $Forwarded \\Answered \\Seen \\Deleted $Label1", item.Flags);
        Assert.Equal(new DateTimeOffset(2020, 2, 29, 12, 30, 0, TimeSpan.Zero), item.InternalDate);
        Assert.Equal(6, item.Size);
    }

    [Fact]
    public async Task A_file_renamed_after_listing_is_read_under_its_new_name()
    {
        var path = _tree.Write("new/1.a", "A: 1\n\n");
        Directory.CreateDirectory(Path.Combine(_tree.Path, "cur"));
        await using var mailbox = Open();
        await using var reader = await OpenInbox(mailbox);
        var items = await reader.ListAsync(new(), CancellationToken.None);
        File.Move(path, Path.Combine(_tree.Path, "cur", "1.a:2,S"));

        var read = Assert.Single(await reader.ReadAsync(items, CancellationToken.None).ToListAsync());

        Assert.Equal(FetchOutcome.Delivered, read.Outcome);
    }

    [Fact]
    public async Task A_file_deleted_after_listing_has_vanished()
    {
        var path = _tree.Write("cur/1.a:2,", "A: 1\n\n");
        _tree.Write("cur/2.a:2,", "A: 2\n\n");
        await using var mailbox = Open();
        await using var reader = await OpenInbox(mailbox);
        var items = await reader.ListAsync(new(), CancellationToken.None);
        File.Delete(path);

        var read = await reader.ReadAsync(items, CancellationToken.None).ToListAsync();

        Assert.Equal([FetchOutcome.Vanished, FetchOutcome.Delivered], read.Select(item => item.Outcome));
    }

    [Fact]
    public async Task Two_files_with_one_unique_name_are_both_read()
    {
        _tree.Write("cur/1.a:2,", "A: 1\n\n");
        _tree.Write("cur/1.a:2,S", "A: other\n\n");

        var contents = await ReadAll();

        Assert.Equal(["A: 1\n\n", "A: other\n\n"], contents.Items.Select(item => Encoding.Latin1.GetString(item.Octets)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_that_are_not_messages_are_left_alone()
    {
        _tree.Write("cur/1.a:2,", "A: 1\n\n");
        _tree.Write("cur/.hidden", "x");
        _tree.Write("tmp/2.a", "half written");
        Directory.CreateDirectory(Path.Combine(_tree.Path, "cur", "directory"));

        Assert.Single((await ReadAll()).Items);
    }

    [Fact]
    public async Task Symbolic_links_are_reported_and_not_followed()
    {
        using var elsewhere = new TempTree();
        var secret = elsewhere.Write("secret", "not mail of this user");
        elsewhere.Write("cur/9.a:2,", "A: 9\n\n");
        _tree.Write("cur/1.a:2,", "A: 1\n\n");
        File.CreateSymbolicLink(Path.Combine(_tree.Path, "cur", "2.a:2,"), secret);
        Directory.CreateSymbolicLink(Path.Combine(_tree.Path, ".Linked"), elsewhere.Path);
        await using var mailbox = Open();

        var notes = await mailbox.ConnectAsync(CancellationToken.None);
        var contents = await ReadAll();

        Assert.Contains(".Linked", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal([FetchOutcome.Delivered, FetchOutcome.Failed], contents.Items.Select(item => item.Item.Outcome));
        Assert.Equal("message.unreadable", contents.Items[1].Item.Failure!.Key);
    }

    [Fact]
    public async Task An_empty_file_fails_and_says_so()
    {
        _tree.Write("cur/1.a:2,", "");

        var failure = Assert.Single((await ReadAll()).Items).Item.Failure;

        Assert.Equal("message.unreadable", failure!.Key);
        Assert.Equal("the file is empty", failure.Values["reason"]);
        Assert.Equal("INBOX", failure.Values["folder"]);
    }

    [Fact]
    public async Task The_status_counts_the_messages_and_a_folder_that_is_gone_has_none()
    {
        _tree.Write("cur/1.a:2,", "A: 1\n\n");
        _tree.Write("new/2.a", "A: 2\n\n");
        _tree.Write(".Gone/cur/3.a:2,", "A: 3\n\n");
        await using var mailbox = Open();
        var folders = await mailbox.ListFoldersAsync(CancellationToken.None);
        Directory.Delete(Path.Combine(_tree.Path, ".Gone"), recursive: true);

        var status = await mailbox.ReadStatusAsync(folders, CancellationToken.None);

        Assert.Equal([new FolderStatus(1, 0, 2), null], status);
    }

    [Fact]
    public void Users_are_the_directories_that_hold_a_Maildir()
    {
        _tree.Write("sato/cur/1.a:2,", "A: 1\n\n");
        _tree.Write("suzuki/Maildir/new/1.a", "A: 1\n\n");
        _tree.Write("lost+found/x", "");

        var users = MaildirUsers.List(_tree.Path);

        Assert.Equal([new MaildirUser("sato", Path.Combine(_tree.Path, "sato")), new MaildirUser("suzuki", Path.Combine(_tree.Path, "suzuki", "Maildir"))], users);
    }

    [Theory]
    [InlineData("&U9ZfFVFI-", "取引先")]
    [InlineData("A&-B", "A&B")]
    [InlineData("Entw&APw-rfe", "Entwürfe")]
    [InlineData("R&D", "R&D")]
    [InlineData("&!!-", "&!!-")]
    [InlineData("取引先", "取引先")]
    public void Names_in_modified_UTF_7_are_decoded_and_others_left_as_they_are(string name, string expected) =>
        Assert.Equal(expected, FolderNames.DecodeUtf7(name));

    private IMailboxSource Open() => MailboxContents.Open(new MailboxConnection { Kind = "maildir", Path = _tree.Path });

    private Task<MailboxContents> ReadAll() => MailboxContents.ReadAsync(new MailboxConnection { Kind = "maildir", Path = _tree.Path });

    private static async Task<IFolderReader> OpenInbox(IMailboxSource mailbox) =>
        await mailbox.OpenFolderAsync((await mailbox.ListFoldersAsync(CancellationToken.None))[0], CancellationToken.None);
}
