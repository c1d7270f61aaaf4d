using System.Text;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Files;

namespace ArchiveJobs.Mail.Tests.Files;

public sealed class MboxTests : IDisposable
{
    private const string From = "From a@example.com Tue Nov 24 09:15:00 2026\n";

    private readonly TempTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task The_empty_line_before_a_From_line_belongs_to_the_separator()
    {
        await AssertMessages($"{From}Subject: 1\n\nbody 1\n\n{From}Subject: 2\n\nbody 2\n\n", "Subject: 1\n\nbody 1\n", "Subject: 2\n\nbody 2\n");
    }

    [Fact]
    public async Task Further_empty_lines_belong_to_the_message() =>
        await AssertMessages($"{From}A: 1\n\nbody\n\n\n\n{From}A: 2\n\n\n\n", "A: 1\n\nbody\n\n\n", "A: 2\n\n\n");

    [Fact]
    public async Task With_CR_LF_the_empty_line_is_two_octets()
    {
        var from = From.Replace("\n", "\r\n", StringComparison.Ordinal);

        await AssertMessages($"{from}A: 1\r\n\r\nx\r\n\r\n{from}A: 2\r\n\r\ny\r\n", "A: 1\r\n\r\nx\r\n", "A: 2\r\n\r\ny\r\n");
    }

    [Fact]
    public async Task A_last_message_without_a_line_end_is_delivered_as_it_is() =>
        await AssertMessages($"{From}A: 1\n\nno line end", "A: 1\n\nno line end");

    [Fact]
    public async Task A_From_line_without_an_empty_line_before_it_separates_nothing() =>
        await AssertMessages($"{From}A: 1\n\ntext\n{From}more\n", $"A: 1\n\ntext\n{From}more\n");

    [Fact]
    public async Task A_sentence_that_begins_with_From_separates_nothing_where_separators_have_dates() =>
        await AssertMessages($"{From}A: 1\n\nHello\n\nFrom here on it gets easier.\n", "A: 1\n\nHello\n\nFrom here on it gets easier.\n");

    [Fact]
    public async Task Separators_without_dates_are_taken_when_the_first_one_has_none() =>
        await AssertMessages("From nobody\nA: 1\n\nx\n\nFrom nobody\nA: 2\n\ny\n", "A: 1\n\nx\n", "A: 2\n\ny\n");

    [Fact]
    public async Task Octets_before_the_first_From_line_are_not_passed_over() =>
        await AssertMessages($"A: 0\n\nlost?\n\n{From}A: 1\n\nx\n", "A: 0\n\nlost?\n", "A: 1\n\nx\n");

    [Fact]
    public async Task An_empty_file_holds_no_message() => await AssertMessages("");

    [Fact]
    public async Task A_From_line_with_nothing_behind_it_is_no_message() =>
        await AssertMessages($"{From}\n{From}A: 2\n\ny\n", "A: 2\n\ny\n");

    [Fact]
    public async Task One_quote_is_taken_from_quoted_From_lines_and_from_nothing_else()
    {
        var path = _tree.Write("q.mbox", $"{From}A: 1\n\n>From one\n>>>From three\n>Fromage\n > From\n>> Fro\nx >From\n>From ");

        var contents = await MailboxContents.ReadAsync(new MailboxConnection { Kind = "mbox", Path = path, UnquoteMboxrd = true });

        Assert.Equal("A: 1\n\nFrom one\n>>From three\n>Fromage\n > From\n>> Fro\nx >From\nFrom ", Encoding.Latin1.GetString(Assert.Single(contents.Items).Octets));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Unquoting_gives_the_same_whatever_the_size_of_the_pieces(int piece)
    {
        var octets = ">From a\n>>From b\n>x\n>\n>>\nFrom c\n>Fro\n>F>From\n>From "u8.ToArray();
        var unquoter = new MboxrdUnquoter();
        var written = new List<byte>();

        foreach (var part in octets.Chunk(piece))
        {
            unquoter.Write(part, written.AddRange);
        }

        unquoter.Finish(written.AddRange);
        Assert.Equal("From a\n>From b\n>x\n>\n>>\nFrom c\n>Fro\n>F>From\nFrom ", Encoding.Latin1.GetString([.. written]));
    }

    [Fact]
    public async Task Names_of_items_survive_a_deletion_and_an_addition()
    {
        var path = _tree.Write("box.mbox", $"{From}A: 1\n\n1\n\n{From}A: 2\n\n2\n\n{From}A: 2\n\n2\n");
        var before = await Names(path);
        _tree.Write("box.mbox", $"{From}A: 2\n\n2\n\n{From}A: 3\n\n3\n\n{From}A: 2\n\n2\n\n{From}A: 4\n\n4\n");
        var after = await Names(path);

        Assert.Equal(3, before.Distinct().Count());
        Assert.Equal(before[1], after[0]);
        Assert.Equal(before[2], after[2]);
        Assert.Equal(4, after.Distinct().Count());
    }

    [Fact]
    public async Task A_message_is_found_again_when_the_file_was_rewritten_after_listing()
    {
        var path = _tree.Write("box.mbox", $"{From}A: 1\n\n1\n\n{From}A: 2\n\n2\n");
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "mbox", Path = path });
        await using var reader = await mailbox.OpenFolderAsync((await mailbox.ListFoldersAsync(CancellationToken.None))[0], CancellationToken.None);
        var items = await reader.ListAsync(new(), CancellationToken.None);
        _tree.Write("box.mbox", $"{From}A: 2\n\n2\n");

        var read = await reader.ReadAsync(items, CancellationToken.None).ToListAsync();

        Assert.Equal([FetchOutcome.Vanished, FetchOutcome.Delivered], read.Select(item => item.Outcome));
        Assert.Equal("A: 2\n\n2\n"u8, read[1].Octets!.Memory.Span);
    }

    [Fact]
    public async Task Flags_and_dates_come_from_the_status_fields_and_the_From_line()
    {
        var path = _tree.Write("box.mbox", "From a@example.com Tue Nov 24 09:15:00 +0900 2026\nSubject: x\nStatus: RO\nX-Status: AF\n\nStatus: no\n");

        var item = Assert.Single((await MailboxContents.ReadAsync(new MailboxConnection { Kind = "mbox", Path = path })).Items).Item.Item;

        Assert.Equal("\\Seen \\Answered \\Flagged", item.Flags);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 0, 15, 0, TimeSpan.Zero), item.InternalDate);
    }

    [Fact]
    public async Task A_tree_of_files_gives_folders_without_suffixes_and_a_note_about_other_files()
    {
        _tree.Write("Inbox", $"{From}A: 1\n\n1\n");
        _tree.Write("Inbox.msf", "index of a mail program");
        _tree.Write("Inbox.sbd/Team.mbox", $"{From}A: 2\n\n2\n");
        await using var mailbox = MailboxContents.Open(new MailboxConnection { Kind = "mbox", Path = _tree.Path });

        var notes = await mailbox.ConnectAsync(CancellationToken.None);
        var folders = await mailbox.ListFoldersAsync(CancellationToken.None);

        Assert.Equal(["Inbox", "Inbox/Team"], folders.Select(folder => folder.Path));
        Assert.Contains("Inbox.msf", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Separators_are_found_wherever_a_window_ends()
    {
        var text = new StringBuilder();
        var lengths = new List<long>();
        for (var i = 0; i < 400; i++)
        {
            var body = $"A: {i}\n\n{new string('x', i * 37 % 1500)}\n";
            text.Append(From).Append(body).Append('\n');
            lengths.Add(body.Length);
        }

        using var file = File.OpenHandle(_tree.Write("long.mbox", text.ToString()));
        foreach (var window in new[] { MboxMessages.MinWindow, MboxMessages.MinWindow + 1, MboxMessages.MinWindow + 977, 1 << 20 })
        {
            Assert.Equal(lengths, MboxMessages.Find(file, window, CancellationToken.None).Select(message => message.Length));
        }
    }

    private async Task AssertMessages(string mbox, params string[] messages)
    {
        var contents = await MailboxContents.ReadAsync(new MailboxConnection { Kind = "mbox", Path = _tree.Write("test.mbox", mbox) });

        Assert.Equal(messages, contents.Items.Select(item => Encoding.Latin1.GetString(item.Octets)));
    }

    private static async Task<List<string>> Names(string path) =>
        [.. (await MailboxContents.ReadAsync(new MailboxConnection { Kind = "mbox", Path = path })).Items.Select(item => item.Item.Item.Name!)];
}
