using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using ArchiveJobs.Mail.Tests.Net;
using MailKit.Net.Imap;
using MailKit.Security;

namespace ArchiveJobs.Mail.Tests.Imap;

public sealed class ImapFolderTests : ServerTest
{
    [Fact]
    public async Task Folders_have_decoded_names_their_use_and_their_status()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("a"));
        server.Deliver("anna", "受信 & 100%/古い", Message("b"));
        server.AddFolder("anna", "Sent");
        await using var mailbox = await ConnectAsync(To(server));

        var folders = await mailbox.ListFoldersAsync(Cancellation);

        Assert.Equal(["INBOX", "Sent", "受信 & 100%25", "受信 & 100%25/古い"], folders.Select(folder => folder.Path).Order(StringComparer.Ordinal));
        Assert.Equal(SpecialUse.Inbox, folders.Single(folder => folder.Path == "INBOX").Use);
        Assert.Equal(SpecialUse.Sent, folders.Single(folder => folder.Path == "Sent").Use);
        Assert.Equal(0, folders.Single(folder => folder.Path == "Sent").Status!.Value.Messages);
        Assert.Equal((2u, 1L), Counts(folders.Single(folder => folder.Path.EndsWith("古い", StringComparison.Ordinal))));
        Assert.False(folders.Single(folder => folder.Path == "受信 & 100%25").Selectable);
        Assert.Null(folders.Single(folder => folder.Path == "受信 & 100%25").Status);
    }

    [Fact]
    public async Task A_folder_with_a_name_in_modified_utf7_can_be_read()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "請求書 & Co", Message("bill"));
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "請求書 & Co");

        var read = await ReadAllAsync(reader);

        Assert.Equal(AsSent(Message("bill")), Assert.Single(read).Octets);
    }

    [Fact]
    public async Task Status_is_read_anew_and_a_folder_that_vanished_has_none()
    {
        await using var server = await StartServerAsync();
        server.Deliver("anna", "INBOX", Message("a"));
        server.Deliver("anna", "Gone", Message("b"));
        await using var mailbox = await ConnectAsync(To(server));
        var folders = (await mailbox.ListFoldersAsync(Cancellation)).OrderBy(folder => folder.Path).ToList();
        await DeleteFolderAsync(To(server), "Gone");
        server.Deliver("anna", "INBOX", Message("c"));

        var states = await mailbox.ReadStatusAsync(folders, Cancellation);

        Assert.Equal(["Gone", "INBOX"], folders.Select(folder => folder.Path));
        Assert.Null(states[0]);
        Assert.Equal(2, states[1]!.Value.Messages);
    }

    [Fact]
    public async Task Opening_a_folder_that_vanished_says_so()
    {
        await using var server = await StartServerAsync();
        server.AddUser("anna");
        await using var mailbox = await ConnectAsync(To(server));

        var failure = await Assert.ThrowsAsync<ArchiveException>(
            () => mailbox.OpenFolderAsync(new SourceFolder("Nowhere", SpecialUse.None, true, null), Cancellation));

        Assert.Equal((SituationKeys.FolderVanished, "Nowhere"), (failure.Situation.Key, failure.Situation.Values["folder"]));
    }

    [Theory]
    [InlineData("a.b.c", '.', "a/b/c")]
    [InlineData("a/b.c", '.', "a%2Fb/c")]
    [InlineData("50%", '/', "50%25")]
    [InlineData("a/b", '\0', "a%2Fb")]
    [InlineData("inbox", '.', "INBOX")]
    public void Paths_are_joined_by_slashes_and_keep_slashes_of_names_apart(string name, char separator, string path) =>
        Assert.Equal(path, FolderPath.FromServer(name, separator));

    private static async Task DeleteFolderAsync(MailboxConnection connection, string folder)
    {
        using var client = new ImapClient();
        await client.ConnectAsync(connection.Host, connection.Port, SecureSocketOptions.None, Cancellation);
        await client.AuthenticateAsync(connection.User, connection.Password, Cancellation);
        await (await client.GetFolderAsync(folder, Cancellation)).DeleteAsync(Cancellation);
        await client.DisconnectAsync(true, Cancellation);
    }

    private static (uint UidNext, long Messages) Counts(SourceFolder folder) => (folder.Status!.Value.UidNext, folder.Status.Value.Messages);
}
