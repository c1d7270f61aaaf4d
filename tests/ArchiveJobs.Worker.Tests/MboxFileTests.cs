using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Jobs.Exporting;

namespace ArchiveJobs.Worker.Tests;

public sealed class MboxFileTests
{
    private static readonly DateTimeOffset Date = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Subject: a\n\nFrom me\n", "Subject: a\n\n>From me\n\n")]
    [InlineData("Subject: a\n\n>From me\n", "Subject: a\n\n>>From me\n\n")]
    [InlineData("Subject: a\n\n>> Fromage\n", "Subject: a\n\n>> Fromage\n\n")]
    [InlineData("Subject: a\r\n\r\nFrom me\r\n", "Subject: a\r\n\r\n>From me\r\n\n")]
    [InlineData("no end", "no end\n\n")]
    [InlineData("a\n>Fro", "a\n>Fro\n\n")]
    [InlineData("a\nFroFrom \nFFrom ", "a\nFroFrom \nFFrom \n\n")]
    [InlineData("", "\n")]
    public async Task Lines_that_look_like_separators_are_quoted_and_nothing_else_is_changed(string message, string expected)
    {
        foreach (var chunk in new[] { 1, 3, 4096 })
        {
            Assert.Equal("From MAILER-DAEMON Tue Nov 24 02:00:00 2026\n" + expected, await WriteAsync(message, chunk));
        }
    }

    [Fact]
    public async Task The_identity_is_that_of_the_octets_before_quoting()
    {
        var octets = "Subject: a\n\nFrom me\n"u8.ToArray();
        await using var mbox = new MboxFile(new MemoryStream());

        var (id, length) = await mbox.AppendAsync(new MemoryStream(octets), Date, CancellationToken.None);

        Assert.Equal(ContentId.Of(octets), id);
        Assert.Equal(octets.Length, length);
    }

    [Theory]
    [InlineData("INBOX", "anna/INBOX.mbox")]
    [InlineData("Archive/2026", "anna/Archive/2026.mbox")]
    [InlineData("../../etc", "anna/_../_../etc.mbox")]
    [InlineData("a:b", "anna/a_b.mbox")]
    public void A_folder_name_cannot_leave_the_directory(string folder, string expected)
    {
        Assert.Equal(Path.Combine("/out", expected), MboxFile.PathOf("/out", "anna", folder));
    }

    private static async Task<string> WriteAsync(string message, int chunk)
    {
        var file = new MemoryStream();
        await using (var mbox = new MboxFile(file))
        {
            await using var octets = new Chunked(Encoding.ASCII.GetBytes(message), chunk);
            await mbox.AppendAsync(octets, Date, CancellationToken.None);
        }

        return Encoding.ASCII.GetString(file.ToArray());
    }

    /// <summary>Gives at most so many octets a read, so that lines are cut everywhere.</summary>
    private sealed class Chunked(byte[] octets, int chunk) : MemoryStream(octets)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
