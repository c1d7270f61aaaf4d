using System.Globalization;
using System.Text;
using ArchiveJobs.TestKit.Messages;

namespace ArchiveJobs.Storage.Tests.Kit;

/// <summary>Messages for the store's tests.</summary>
internal static class Mails
{
    /// <summary>A mix: plain ones, and ones with an attachment of which every second is shared.</summary>
    public static IReadOnlyList<byte[]> Mixed(int count, int from = 1) =>
        [.. Enumerable.Range(from, count).Select(i => i % 3 == 0 ? TestMessages.WithAttachment(i, i / 6, 3000 + (i % 5 * 700)) : TestMessages.Plain(i))];

    /// <summary>Anything from broken MIME to odd base64, by a seed.</summary>
    public static byte[] Random(int seed)
    {
        var random = new Random(seed);
        var end = random.Next(3) == 0 ? "\n" : "\r\n";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Subject: Random {seed}{end}From: anna@example.jp{end}{end}");
        for (var parts = random.Next(5); parts > 0; parts--)
        {
            text.Append("--b").Append(end).Append("Content-Transfer-Encoding: ").Append(random.Next(3) > 0 ? "base64" : "8bit").Append(end).Append(end);
            AppendPart(text, random, end);
            text.Append(end);
        }

        text.Append(random.Next(2) == 0 ? "--b--" + end : "");
        return Mutate(Encoding.Latin1.GetBytes(text.ToString()), random);
    }

    private static void AppendPart(StringBuilder text, Random random, string end)
    {
        var bytes = new byte[random.Next(6) switch { 0 => 0, 1 => random.Next(40), 2 => 70_000 + random.Next(30_000), _ => random.Next(9000) }];
        random.NextBytes(bytes);
        var base64 = Convert.ToBase64String(bytes);
        var line = random.Next(5) switch { 0 => 60, 1 => 64, 2 => 73, 3 => int.MaxValue, _ => 76 };
        for (var at = 0; at < base64.Length; at += line)
        {
            text.Append(base64, at, Math.Min(line, base64.Length - at));
            text.Append(random.Next(200) == 0 ? " " : "").Append(at + (long)line < base64.Length || random.Next(2) == 0 ? end : "");
            if (line == int.MaxValue)
            {
                break;
            }
        }

        text.Append(random.Next(4) == 0 ? end + end : "");
    }

    private static byte[] Mutate(byte[] octets, Random random)
    {
        for (var changes = random.Next(4) == 0 ? random.Next(4) : 0; changes > 0 && octets.Length > 0; changes--)
        {
            octets[random.Next(octets.Length)] = (byte)random.Next(256);
        }

        return octets;
    }
}
