using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Files;
using ArchiveJobs.TestKit.Messages;

namespace ArchiveJobs.Mail.Tests.Files;

public sealed class FileMailboxTests : IDisposable
{
    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("mbox")]
    [InlineData("maildir")]
    [InlineData("eml")]
    public async Task A_path_that_does_not_exist_is_a_mistake_in_the_settings(string kind)
    {
        var path = Path.Combine(_tree.Path, "nowhere");
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = kind, Path = path });

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => mailbox.ConnectAsync(CancellationToken.None));

        Assert.Equal((SituationKeys.PathMissing, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));
        Assert.Equal(path, failure.Situation.Values["path"]);
        Assert.Equal(Environment.UserName, failure.Situation.Values["user"]);
    }

    [Fact]
    public async Task A_directory_without_a_Maildir_is_not_taken_for_an_empty_one()
    {
        _tree.Write("notes.txt", "x");
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "maildir", Path = _tree.Path });

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => mailbox.ConnectAsync(CancellationToken.None));

        Assert.Equal(SituationKeys.PathMissing, failure.Situation.Key);
    }

    [Fact]
    public void A_path_that_may_not_be_read_is_denied()
    {
        var failure = Assert.Throws<ArchiveException>(() => PathTrouble.Translated<int>("/p", () => throw new UnauthorizedAccessException("Access to the path '/p' is denied.")));

        Assert.Equal((SituationKeys.PathDenied, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));
        Assert.Equal("Access to the path '/p' is denied.", failure.Situation.ServerWords);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/../{0}")]
    public async Task An_account_has_the_same_name_however_its_path_is_written(string suffix)
    {
        var written = _tree.Path + suffix.Replace("{0}", Path.GetFileName(_tree.Path), StringComparison.Ordinal);
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "maildir", Path = written });

        Assert.Equal($"maildir:{_tree.Path}", mailbox.Account);
    }

    [Fact]
    public async Task Directories_of_eml_files_are_folders_by_their_relative_path()
    {
        _tree.Write("a.EML", "A: 1\n\n");
        _tree.Write("readme.txt", "x");
        _tree.Write("2025/50% off/b.eml", "A: 2\n\n");
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "eml", Path = _tree.Path });

        var contents = await MailboxContents.ReadAsync(new MailboxConnection { Kind = "eml", Path = _tree.Path });

        Assert.Equal(["INBOX", "2025", "2025/50%25 off"], (await mailbox.ListFoldersAsync(CancellationToken.None)).Select(folder => folder.Path));
        Assert.Equal(["INBOX", "2025/50%25 off"], contents.Items.Select(item => item.Folder));
    }

    [Fact]
    public async Task An_eml_file_written_anew_is_a_new_item()
    {
        var path = _tree.Write("a.eml", "A: 1\n\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = Assert.Single((await ReadEml()).Items).Item.Item.Name;
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, 1, DateTimeKind.Utc));
        var after = Assert.Single((await ReadEml()).Items).Item.Item.Name;

        Assert.Equal("a.eml|6|639028224000000000", before);
        Assert.NotEqual(before, after);
    }

    [Fact]
    public async Task A_message_over_the_limit_is_not_read()
    {
        _tree.Write("a.eml", "A: 12345\n\n");

        var contents = await MailboxContents.ReadAsync(new MailboxConnection { Kind = "eml", Path = _tree.Path, MaxMessageOctets = 9 });

        var failure = Assert.Single(contents.Items).Item.Failure!;
        Assert.Equal((SituationKeys.MessageTooLarge, "10", "9"), (failure.Key, failure.Values["size"], failure.Values["limit"]));
    }

    [Fact]
    public async Task A_folder_that_vanished_cannot_be_opened()
    {
        _tree.Write("sub/a.eml", "A: 1\n\n");
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "eml", Path = _tree.Path });
        var folders = await mailbox.ListFoldersAsync(CancellationToken.None);
        Directory.Delete(Path.Combine(_tree.Path, "sub"), recursive: true);

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => mailbox.OpenFolderAsync(folders[1], CancellationToken.None));

        Assert.Equal(SituationKeys.FolderVanished, failure.Situation.Key);
    }

    [Fact]
    public async Task Buffers_read_ahead_are_given_back_when_the_consumer_stops_early()
    {
        for (var i = 0; i < 300; i++)
        {
            _tree.Write($"{i:000}.eml", "A: 1\n\n");
        }

        var buffers = new InMemoryBuffers();
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "eml", Path = _tree.Path }, buffers);
        await using var reader = await mailbox.OpenFolderAsync((await mailbox.ListFoldersAsync(CancellationToken.None))[0], CancellationToken.None);
        var items = await reader.ListAsync(new(), CancellationToken.None);

        await foreach (var item in reader.ReadAsync(items, CancellationToken.None))
        {
            item.Octets!.Dispose();
            break;
        }

        Assert.Equal(0, buffers.Open);
    }

    [Fact]
    public async Task Cancellation_ends_reading_with_nothing_left_open()
    {
        for (var i = 0; i < 300; i++)
        {
            _tree.Write($"{i:000}.eml", "A: 1\n\n");
        }

        var buffers = new InMemoryBuffers();
        using var cancel = new CancellationTokenSource();
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "eml", Path = _tree.Path }, buffers);
        await using var reader = await mailbox.OpenFolderAsync((await mailbox.ListFoldersAsync(CancellationToken.None))[0], CancellationToken.None);
        var items = await reader.ListAsync(new(), CancellationToken.None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in reader.ReadAsync(items, cancel.Token))
            {
                item.Octets!.Dispose();
                await cancel.CancelAsync();
            }
        });

        Assert.Equal(0, buffers.Open);
    }

    private Task<MailboxContents> ReadEml() => MailboxContents.ReadAsync(new MailboxConnection { Kind = "eml", Path = _tree.Path });
}
