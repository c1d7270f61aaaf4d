using System.Text;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Mail.Mime;
using ArchiveJobs.Mail.Tests.Files;

namespace ArchiveJobs.Mail.Tests.Mime;

/// <summary>The same octets give the same leaves, in one span or in windows of a stream that end anywhere.</summary>
public sealed class LeafWindowTests
{
    // What can stand at the seam of two windows, thrown together at random.
    private static readonly string[] Pieces =
    [
        "\n", "\r\n", "\r", "--", "--b", "--b--", "--bb", "\n--b\n", "\r\n--b\r\n", "\n--b--\n", "\n--c \t\n", "\n--c--", "\n\n", "\r\n\r\n", "x", " ",
        "\nContent-Type: multipart/mixed; boundary=b\n\n", "\nContent-Type: multipart/digest;\r\n boundary=\"c\"\r\n\r\n", "\nContent-Type: message/rfc822\n\n",
        "\nContent-Transfer-Encoding: base64\n", "\nContent-Type: text/plain\n\n", "Subject: ", new('y', 300), new('z', 900), new('-', 200),
    ];

    [Fact]
    public void Every_sample_has_the_same_leaves_in_small_windows()
    {
        foreach (var octets in Samples.AllFiles().Select(File.ReadAllBytes))
        {
            AssertSame(octets);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_mixtures_of_what_matters_have_the_same_leaves_in_small_windows(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var text = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n\n--b");
            for (var j = random.Next(120); j >= 0; j--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            AssertSame(Encoding.Latin1.GetBytes(text.ToString()));
        }
    }

    [Fact]
    public void A_header_longer_than_its_bound_has_the_same_leaves_in_small_windows()
    {
        AssertSame(Encoding.Latin1.GetBytes("A: " + new string('x', 2 * 1024 * 1024)));
        AssertSame(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("A: x\n", 300_000)) + "\nbody"));
        AssertSame(Encoding.Latin1.GetBytes("X: " + new string('x', (1024 * 1024) - 30) + "\nContent-Transfer-Encoding: base64\n\nQQ=="));
    }

    private static void AssertSame(byte[] octets)
    {
        var whole = new List<LeafPart>();
        new MessageStructure().FindLeaves(octets, whole);
        long end = 0;
        foreach (var leaf in whole)
        {
            Assert.True(leaf.Length > 0 && leaf.Offset >= end);
            end = leaf.Offset + leaf.Length;
        }

        Assert.True(end <= octets.Length);
        foreach (var window in new[] { LeafScanner.MinWindow, LeafScanner.MinWindow + 1, 997 })
        {
            var inWindows = new List<LeafPart>();
            new MessageStructure(window).FindLeaves(new MemoryStream(octets), inWindows);
            Assert.Equal(whole, inWindows);
        }
    }
}
