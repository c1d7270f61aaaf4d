using System.Text;
using ArchiveJobs.Core.Search;

namespace ArchiveJobs.Search.Tests.Text;

public sealed class HostileMessagesTests : IDisposable
{
    private readonly SearchRig _rig = new();

    public void Dispose() => _rig.Dispose();

    public static TheoryData<string> Kinds => ["empty", "no header", "only NUL", "NUL in words", "deep", "many parts", "open boundary", "long header", "lone surrogates", "no end of entity", "random"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_hostile_message_is_indexed_and_the_next_one_found(string kind)
    {
        var hostile = _rig.Add(Make(kind));
        var next = _rig.Add(Mail.Text("Harmless"));

        Assert.Equal(new IndexCoverage(2, 2, 2), await _rig.CatchUpAsync());
        Assert.Equal([next], await _rig.FindAsync("harmless"));
        Assert.Contains(hostile, await _rig.FindAsync(""));
    }

    [Fact]
    public async Task The_text_of_a_deeply_nested_message_is_found_down_to_the_bound()
    {
        var id = _rig.Add(Nested(20, "bottomword"));
        _rig.Add(Nested(60, "abyssword"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("bottomword"));
        Assert.Empty(await _rig.FindAsync("subject:abyssword"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Behind_a_huge_attachment_names_and_texts_are_still_found(bool asStream)
    {
        _rig.Store.StreamsOnly = asStream;
        var base64 = string.Concat(Enumerable.Repeat(new string('Q', 76) + "\r\n", 160_000)); // 12.5 MB
        var id = _rig.Add(Mail.Ascii(
            "Subject: Huge", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "before", "--b",
            "Content-Type: application/pdf; name=first.pdf", "Content-Transfer-Encoding: base64", "", base64 + "--b", "Content-Type: image/png", "Content-Disposition: attachment; filename=second.png", "", "x",
            "--b", "", "afterwards", "--b--"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("before attachment:first.pdf attachment:second.png afterwards"));
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_found_by_its_beginning()
    {
        var body = new StringBuilder("firstword ");
        for (var n = 0; body.Length < 3_000_000; n++)
        {
            body.Append("filler").Append(n).Append(' ');
        }

        var id = _rig.Add(Mail.Text("Long", body: body + "lastword"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("firstword"));
        Assert.Empty(await _rig.FindAsync("lastword"));
    }

    [Fact]
    public async Task A_word_without_end_is_cut_in_the_index_and_in_the_query()
    {
        var word = new string('x', 100_000);
        var id = _rig.Add(Mail.Text("Long word", body: word));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync(new string('x', 64)));
        Assert.Equal([id], await _rig.FindAsync(new string('x', 3_000)));
        Assert.Empty(await _rig.FindAsync(new string('x', 63)));
    }

    private static byte[] Make(string kind) => kind switch
    {
        "empty" => [],
        "no header" => Encoding.UTF8.GetBytes("just text without any header\r\n"),
        "only NUL" => new byte[10_000],
        "NUL in words" => Encoding.ASCII.GetBytes("Subject: a\0b\r\n\r\nc\0d\r\n"),
        "deep" => Nested(2_000, "x"),
        "many parts" => Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 100_000))),
        "open boundary" => Mail.Ascii("Content-Type: multipart/mixed; boundary=\"", "", "--", "x"),
        "long header" => Encoding.ASCII.GetBytes("Subject: " + new string('s', 5_000_000) + "\r\nTo: " + string.Concat(Enumerable.Repeat("a@b.example, ", 50_000)) + "\r\n\r\nx"),
        "lone surrogates" => Mail.Ascii("Content-Type: text/html", "", "<b>&#xD800;&#xDFFF; &#99999999999; &; &#; &#x;"),
        "no end of entity" => Mail.Ascii("Content-Type: text/html", "", "<script", "<a href='" + new string('&', 100_000)),
        _ => RandomOctets(),
    };

    private static byte[] RandomOctets()
    {
        var octets = new byte[200_000];
        new Random(7).NextBytes(octets);
        return octets;
    }

    private static byte[] Nested(int depth, string word)
    {
        var text = new StringBuilder();
        for (var n = 0; n < depth; n++)
        {
            text.Append("Subject: ").Append(word).Append("\r\nContent-Type: multipart/mixed; boundary=b").Append(n).Append("\r\n\r\n--b").Append(n).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("\r\n").Append(word).Append("\r\n").ToString().Replace("Subject: " + word, "X: y", StringComparison.Ordinal));
    }
}
