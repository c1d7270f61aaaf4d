using System.Text;
using ArchiveJobs.Storage.Recipes;

namespace ArchiveJobs.Storage.Tests.Recipes;

public sealed class Base64FormTests
{
    public static TheoryData<int, int, string> Texts()
    {
        var data = new TheoryData<int, int, string>();
        foreach (var bytes in new[] { 1, 2, 3, 56, 57, 58, 6143, 6144, 6145, 8192, 12_288, 100_000 })
        {
            foreach (var line in new[] { 0, 4, 60, 76, 4092 })
            {
                data.Add(bytes, line, "\r\n");
                data.Add(bytes, line, "\n");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_text_in_equal_lines_decodes_to_its_bytes_and_is_given_back(int count, int line, string end)
    {
        var bytes = Bytes(count);
        var text = Text(bytes, line, end);

        var decoded = Decode(text, out var form, out var consumed);

        Assert.Equal(bytes, decoded);
        Assert.Equal(text.Length, consumed);
        Assert.True(form.Gives(decoded, text));
    }

    [Fact]
    public void What_follows_the_text_is_left_to_the_caller()
    {
        var text = Text(Bytes(200), 76, "\r\n");

        var decoded = Decode([.. text, .. "\r\n\r\n-- \r\nA list"u8], out _, out var consumed);

        Assert.Equal(200, decoded.Length);
        Assert.Equal(text.Length, consumed);
    }

    [Theory]
    [InlineData("TWFu\nTQ==\nTWFu\n")]      // padding in the middle
    [InlineData("TWFu\nTW u\nTWFu\n")]      // a space, which decoders pass over
    [InlineData("TWFu\n    \nTWFu\n")]    // four of them: the rest is still a multiple of four
    [InlineData("TWFu\nTW*u\nTWFu\n")]
    [InlineData("TWFu\nTWE")]               // a last line that is cut
    [InlineData("TR==")]                    // unused bits that are not zero
    public void A_text_that_would_not_come_back_is_not_decoded(string text)
    {
        Assert.Empty(Decode(Encoding.ASCII.GetBytes(text), out _, out var consumed));
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void Padding_at_the_end_of_a_window_is_no_end_of_the_text()
    {
        // 8,192 characters fill one window exactly; what stands behind the padding must not be taken.
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("TWFu", 2047)) + "TQ==" + "TWFu");

        Assert.Empty(Decode(text, out _, out _));
    }

    [Fact]
    public void Whatever_is_decoded_gives_the_octets_back()
    {
        var random = new Random(20261124);
        for (var round = 0; round < 5_000; round++)
        {
            var text = Text(Bytes(random.Next(1, 20_000)), random.Next(0, 20) * 4, random.Next(2) == 0 ? "\n" : "\r\n");
            for (var changes = random.Next(0, 3); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = (byte)"=\r\n A+"[random.Next(6)];
            }

            var decoded = Decode(text, out var form, out var consumed);

            Assert.True(decoded.Length == 0 || form.Gives(decoded, text.AsSpan(0, consumed)), $"round {round}");
        }
    }

    [Fact]
    public void Other_octets_are_not_given()
    {
        var text = Text(Bytes(30_000), 76, "\r\n");
        var decoded = Decode(text, out var form, out _);
        text[^3] ^= 1;

        Assert.False(form.Gives(decoded, text));
    }

    private static byte[] Decode(byte[] text, out Base64Form form, out int consumed)
    {
        var decoded = new byte[Base64Form.DecodedLength(text.Length)];
        return decoded[..Base64Form.TryDecode(text, decoded, out form, out consumed)];
    }

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(byte[] bytes, int line, string end)
    {
        var text = Convert.ToBase64String(bytes);
        return Encoding.ASCII.GetBytes(line == 0 ? text : string.Join(end, text.Chunk(line).Select(characters => new string(characters))));
    }
}
