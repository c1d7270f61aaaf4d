using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Tests.Files;

/// <summary>File sources deliver exactly the octets that the manifest, made by another program, says.</summary>
public sealed class SamplesTests
{
    [Theory]
    [InlineData("eml", "eml", 25)]
    [InlineData("maildir", "maildir/sato", 18)]
    [InlineData("mbox", "mbox", 16)]
    public async Task Every_message_of_the_samples_is_delivered_byte_for_byte(string kind, string path, int messages)
    {
        var contents = await MailboxContents.ReadAsync(new MailboxConnection { Kind = kind, Path = Samples.Path(path) });

        Assert.Equal(messages, contents.Items.Count);
        Assert.All(contents.Items, item => Assert.Equal(FetchOutcome.Delivered, item.Item.Outcome));
        Assert.Equal(Sorted(Samples.Manifest(kind).Select(row => (row.Folder, row.Sha256))), Sorted(contents.Items.Select(Named)));
    }

    [Fact]
    public async Task Unquoted_mbox_messages_are_what_was_put_into_the_file()
    {
        var contents = await MailboxContents.ReadAsync(new MailboxConnection { Kind = "mbox", Path = Samples.Path("mbox"), UnquoteMboxrd = true });

        Assert.Equal(Sorted(Samples.Manifest("mbox").Select(row => (row.Folder, row.UnquotedSha256))), Sorted(contents.Items.Select(Named)));
    }

    [Fact]
    public void The_manifest_has_a_message_that_unquoting_changes() =>
        Assert.Contains(Samples.Manifest("mbox"), row => row.Sha256 != row.UnquotedSha256);

    private static (string, string) Named((string Folder, FetchedItem Item, byte[] Octets) item) => (item.Folder, ContentId.Of(item.Octets).ToString());

    private static List<(string, string)> Sorted(IEnumerable<(string, string)> items) => [.. items.Order()];
}
