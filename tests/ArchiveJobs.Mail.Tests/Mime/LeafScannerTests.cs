using System.Text;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Mail.Mime;

namespace ArchiveJobs.Mail.Tests.Mime;

public sealed class LeafScannerTests
{
    [Fact]
    public void A_plain_message_is_one_leaf_from_the_empty_line_to_the_end() => AssertLeaves("A: 1\n\nbody\n", "body\n");

    [Fact]
    public void A_message_without_a_header_is_one_leaf() => AssertLeaves("\r\nOnly a body.\r\n", "Only a body.\r\n");

    [Theory]
    [InlineData("")]
    [InlineData("A: 1")]
    [InlineData("A: 1\n\n")]
    public void A_message_without_a_body_has_no_leaf(string message) => AssertLeaves(message);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void The_line_end_before_a_boundary_belongs_to_the_boundary(string end) => AssertLeaves(
        Multipart("b", "preamble\n--b\n\none\n\n--b\nX: y\n\ntwo\n--b--\nepilogue\n").Replace("\n", end, StringComparison.Ordinal),
        "one" + end,
        "two");

    [Fact]
    public void Multiparts_in_multiparts_give_the_leaves_of_all() => AssertLeaves(
        Multipart("out", "--out\nContent-Type: multipart/alternative; boundary=in\n\n--in\n\n1\n--in\n\n2\n--in--\n--out\n\n3\n--out--\n"),
        "1",
        "2",
        "3");

    [Fact]
    public void A_missing_last_boundary_of_an_inner_multipart_ends_with_the_outer_one() => AssertLeaves(
        Multipart("out", "--out\nContent-Type: multipart/mixed; boundary=in\n\n--in\n\n1\n--out\n\n2"),
        "1",
        "2");

    [Fact]
    public void A_boundary_that_begins_like_another_is_not_that_one() => AssertLeaves(
        Multipart("a", "--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\n1\n--abc\n--ab--\n--a\n\n2\n--a--\n"),
        "1\n--abc",
        "2");

    [Fact]
    public void Lines_that_only_look_like_boundaries_are_text() =>
        AssertLeaves(Multipart("b", "--b\n\n-- \n--bb\n --b\n--b x\n--B\n--b--"), "-- \n--bb\n --b\n--b x\n--B");

    [Fact]
    public void Spaces_behind_a_boundary_are_allowed() => AssertLeaves(Multipart("b", "--b \t\n\n1\n--b--  \n"), "1");

    [Theory]
    [InlineData("boundary=\"x y\"", "x y")]
    [InlineData("BOUNDARY = x;charset=y", "x")]
    [InlineData("charset=\"a;boundary=no\"; boundary=\"=_x?'\"", "=_x?'")]
    [InlineData("\n\tboundary=\"x\ny\"", "x")]
    [InlineData("\n\tboundary=\"x\n y\"", "x y")]
    [InlineData("boundary=\"a\\\"b\"", "a\"b")]
    [InlineData("boundary=----=_Part_1:2", "----=_Part_1:2")]
    [InlineData("boundary=\"x \"", "x")]
    [InlineData("boundary=", null)]
    public void Boundaries_are_read_quoted_and_unquoted(string parameter, string? boundary)
    {
        var body = $"--{boundary}\n\n1\n--{boundary}--\n";
        var message = $"Content-Type: multipart/mixed; {parameter}\n\n{body}";

        AssertLeaves(message, boundary is null ? body : "1");
    }

    [Fact]
    public void A_message_in_a_message_is_taken_apart() => AssertLeaves(
        Multipart("b", "--b\nContent-Type: message/rfc822\n\n" + Multipart("in", "--in\n\n1\n--in--\n") + "\n--b\n\n2\n--b--\n"),
        "1",
        "2");

    [Fact]
    public void A_message_that_is_encoded_is_a_leaf() => AssertLeaves(
        Multipart("b", "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQTogMQoK\n--b--\n"),
        "QTogMQoK");

    [Fact]
    public void Parts_of_a_digest_are_messages() => AssertLeaves(
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: 1\n\none\n--b\nContent-Type: text/plain\n\ntwo\n--b--\n",
        "one",
        "two");

    [Theory]
    [InlineData("base64", true)]
    [InlineData(" BASE64 ", true)]
    [InlineData("\n base64", true)]
    [InlineData("base64; x=y", true)]
    [InlineData("quoted-printable", false)]
    [InlineData("base64x", false)]
    public void A_leaf_says_whether_it_is_base64(string encoding, bool expected)
    {
        var leaf = Assert.Single(Leaves($"Content-Transfer-Encoding:{encoding}\n\nQQ==\n"));

        Assert.Equal(expected, leaf.IsBase64);
    }

    [Fact]
    public void The_encoding_of_a_part_does_not_leak_into_the_next()
    {
        var leaves = Leaves(Multipart("b", "--b\nContent-Transfer-Encoding: base64\n\nQQ==\n--b\n\ntext\n--b--\n"));

        Assert.Equal([true, false], leaves.Select(leaf => leaf.IsBase64));
    }

    [Fact]
    public void Beyond_the_bound_of_depth_a_multipart_stays_whole()
    {
        var text = new StringBuilder();
        for (var i = 0; i < MessageBounds.Depth + 1; i++)
        {
            text.Append(i > 0 ? "--b" + (i - 1) + "\n" : "").Append("Content-Type: multipart/mixed; boundary=b" + i + "\n\n");
        }

        AssertLeaves(text + "--b32\n\nnot taken apart\n--b32--\n", "--b32\n\nnot taken apart\n--b32--\n");
    }

    [Fact]
    public void Beyond_the_bound_of_depth_a_message_in_a_message_stays_whole()
    {
        var text = string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", MessageBounds.Depth + 5));

        AssertLeaves(text + "end", string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\n\n", 4)) + "end");
    }

    [Fact]
    public void After_ten_thousand_parts_no_more_are_listed()
    {
        var leaves = Leaves(Multipart("b", string.Concat(Enumerable.Repeat("--b\n\nx\n", 10_050)) + "--b--\n"));

        Assert.Equal(10_000, leaves.Count);
    }

    [Fact]
    public void A_header_is_looked_at_for_one_mebibyte_and_what_follows_is_content()
    {
        var leaf = Assert.Single(Leaves("A: " + new string('x', 2 * 1024 * 1024)));

        Assert.Equal(new LeafPart(1024 * 1024, (1024 * 1024) + 3, false), leaf);
    }

    [Fact]
    public void Leaves_are_added_behind_those_already_in_the_list()
    {
        var leaves = new List<LeafPart> { new(7, 7, true) };

        new MessageStructure().FindLeaves("A: 1\n\nx"u8, leaves);

        Assert.Equal([new LeafPart(7, 7, true), new LeafPart(6, 1, false)], leaves);
    }

    private static string Multipart(string boundary, string body) => $"Content-Type: multipart/mixed; boundary=\"{boundary}\"\n\n{body}";

    private static List<LeafPart> Leaves(string latin1)
    {
        var leaves = new List<LeafPart>();
        new MessageStructure().FindLeaves(Encoding.Latin1.GetBytes(latin1), leaves);
        return leaves;
    }

    private static void AssertLeaves(string message, params string[] expected) =>
        Assert.Equal(expected, Leaves(message).Select(leaf => message.Substring((int)leaf.Offset, (int)leaf.Length)));
}
