using System.Text;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Storage.Tests.Kit;

/// <summary>Splits at lines that begin with "--" as well as it can; looks at nothing else. Wrong splits are part of the test.</summary>
internal sealed class FakeStructure : IMessageStructure
{
    public void FindLeaves(ReadOnlySpan<byte> octets, List<LeafPart> leaves)
    {
        var at = 0;
        while (at < octets.Length)
        {
            var boundary = octets[at..].IndexOf("\n--"u8);
            if (boundary < 0)
            {
                return;
            }

            at += boundary + 1;
            var blank = octets[at..].IndexOf("\n\r\n"u8) is var crlf and >= 0 ? crlf + 3 : octets[at..].IndexOf("\n\n"u8) is var lf and >= 0 ? lf + 2 : -1;
            if (blank < 0)
            {
                return;
            }

            var head = octets.Slice(at, blank);
            var start = at + blank;
            var next = octets[start..].IndexOf("\n--"u8);
            var length = next < 0 ? octets.Length - start : next;
            if (length > 0 && octets[start + length - 1] == (byte)'\r')
            {
                length--;
            }

            leaves.Add(new LeafPart(start, length, head.IndexOf("base64"u8) >= 0));
            at = start + length;
        }
    }

    public void FindLeaves(Stream octets, List<LeafPart> leaves)
    {
        var all = new MemoryStream();
        octets.CopyTo(all);
        FindLeaves(all.ToArray(), leaves);
    }

    public MessageEnvelope ReadEnvelope(ReadOnlySpan<byte> octets) =>
        new(Field(octets, "Subject: "u8), Field(octets, "From: "u8), Field(octets, "To: "u8), Field(octets, "Message-ID: "u8), null);

    private static string Field(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> name)
    {
        var end = octets.IndexOf("\n\r\n"u8) is var blank and >= 0 ? blank : octets.Length;
        var at = octets[..end].IndexOf(name);
        if (at < 0)
        {
            return "";
        }

        var value = octets[(at + name.Length)..end];
        var line = value.IndexOfAny((byte)'\r', (byte)'\n');
        return Encoding.ASCII.GetString(line < 0 ? value : value[..line]);
    }
}
