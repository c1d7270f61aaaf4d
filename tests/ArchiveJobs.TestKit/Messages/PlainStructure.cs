using System.Text;
using System.Text.RegularExpressions;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.TestKit.Messages;

/// <summary>Splits the simple messages of the tests: one multipart level, plain header fields. Written for reading, not for speed.</summary>
public sealed partial class PlainStructure : IMessageStructure
{
    public void FindLeaves(ReadOnlySpan<byte> octets, List<LeafPart> leaves)
    {
        var text = Encoding.Latin1.GetString(octets);
        var boundary = Boundary().Match(text);
        if (!boundary.Success)
        {
            var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (body >= 0)
            {
                leaves.Add(new LeafPart(body + 4, text.Length - body - 4, IsBase64(text[..body])));
            }

            return;
        }

        var line = "\r\n--" + boundary.Groups[1].Value;
        for (var at = text.IndexOf(line, StringComparison.Ordinal); at >= 0;)
        {
            var head = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
            var next = text.IndexOf(line, at + line.Length, StringComparison.Ordinal);
            if (head >= 0 && next > head + 4)
            {
                leaves.Add(new LeafPart(head + 4, next - head - 4, IsBase64(text[at..head])));
            }

            at = next;
        }
    }

    public void FindLeaves(Stream octets, List<LeafPart> leaves)
    {
        var whole = new byte[octets.Length];
        octets.ReadExactly(whole);
        FindLeaves(whole, leaves);
    }

    public MessageEnvelope ReadEnvelope(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.Latin1.GetString(octets[..Math.Min(octets.Length, 1 << 20)]);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var fields = (end < 0 ? text : text[..end]).Split("\r\n").Select(field => field.Split(": ", 2)).Where(field => field.Length == 2)
            .GroupBy(field => field[0], StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First()[1], StringComparer.OrdinalIgnoreCase);
        return new MessageEnvelope(
            fields.GetValueOrDefault("Subject", ""), fields.GetValueOrDefault("From", ""), fields.GetValueOrDefault("To", ""), fields.GetValueOrDefault("Message-ID", ""),
            DateTimeOffset.TryParse(fields.GetValueOrDefault("Date"), System.Globalization.CultureInfo.InvariantCulture, out var date) ? date : null);
    }

    private static bool IsBase64(string head) => head.Contains("Content-Transfer-Encoding: base64", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("boundary=\"([^\"]+)\"")]
    private static partial Regex Boundary();
}
