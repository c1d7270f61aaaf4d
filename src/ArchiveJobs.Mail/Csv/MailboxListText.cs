using System.Buffers;
using System.Text;

namespace ArchiveJobs.Mail.Csv;

/// <summary>The octets of a list as text: UTF-8 with or without a byte order mark, or CP932, as Japanese spreadsheets save it.</summary>
internal static class MailboxListText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Encoding Cp932 = CreateCp932();

    // What single octets 80, A0, FD, FE and FF become: they are no characters of CP932.
    private static readonly SearchValues<char> Stray = SearchValues.Create('\u0080', '\u00A0', '\uF8F0', '\uF8F1', '\uF8F2', '\uF8F3');

    /// <returns>Null when the octets are neither.</returns>
    public static string? Decode(ReadOnlySpan<byte> octets)
    {
        octets = octets.StartsWith(Encoding.UTF8.Preamble) ? octets[Encoding.UTF8.Preamble.Length..] : octets;
        return TryDecode(Utf8, octets) ?? TryDecode(Cp932, octets);
    }

    /// <summary>The line, from 1, that keeps the octets from being text of one encoding.</summary>
    public static int FirstBadLine(ReadOnlySpan<byte> octets)
    {
        var number = 0;
        var firstNotUtf8 = 0;
        foreach (var range in octets.Split((byte)'\n'))
        {
            number++;
            var line = octets[range];
            if (Decode(line) is null)
            {
                return number;
            }

            firstNotUtf8 = firstNotUtf8 == 0 && TryDecode(Utf8, line) is null ? number : firstNotUtf8;
        }

        // Each line is good by itself: some are UTF-8, others CP932.
        return Math.Max(1, firstNotUtf8);
    }

    private static string? TryDecode(Encoding encoding, ReadOnlySpan<byte> octets)
    {
        try
        {
            var text = encoding.GetString(octets);
            return encoding == Cp932 && text.AsSpan().ContainsAny(Stray) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static Encoding CreateCp932()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
