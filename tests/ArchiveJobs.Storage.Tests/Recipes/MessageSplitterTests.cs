using System.Text;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Recipes;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Recipes;

public sealed class MessageSplitterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("splitter-");
    private readonly MessageBuffers _buffers;

    public MessageSplitterTests() => _buffers = new MessageBuffers(_directory.FullName, new StoreOptions());

    [Fact]
    public void A_part_in_base64_is_held_decoded()
    {
        using var message = Split(Encoded("AA=="), Encoded("AA=="));

        Assert.False(message.IsRaw);
        Assert.Equal([true, true], message.Recipe!.Parts.Where(part => part.IsBlob).Select(part => part.Form is not null));
    }

    [Theory]
    [InlineData("AB==")]        // bits that decoding drops
    [InlineData("AA =")]        // a space, which decoders pass over
    [InlineData("A    A==")]
    [InlineData("A===")]
    public void A_part_whose_base64_would_not_come_back_is_held_as_it_was_sent_and_the_others_decoded(string end)
    {
        var octets = Mail(Encoded("AA=="), Encoded(end));
        using var message = Split(octets);

        Assert.False(message.IsRaw);
        Assert.Equal([true, false], message.Recipe!.Parts.Where(part => part.IsBlob).Select(part => part.Form is not null));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Encoded(string end)
    {
        var text = new StringBuilder();
        for (var line = 0; line < 40; line++)
        {
            text.Append('Q', 76).Append("\r\n");
        }

        return text.Append(end).ToString();
    }

    private static byte[] Mail(string first, string second) => Encoding.ASCII.GetBytes(
        $"Subject: two\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n{first}\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n{second}\r\n--b--\r\n");

    private PreparedMessage Split(string first, string second) => Split(Mail(first, second));

    private PreparedMessage Split(byte[] octets)
    {
        var buffer = _buffers.Create(octets.Length, CancellationToken.None);
        buffer.Write(octets);
        buffer.Complete();
        var message = new PreparedMessage(buffer);
        new MessageSplitter(new FakeStructure()).Split(message);
        return message;
    }
}
