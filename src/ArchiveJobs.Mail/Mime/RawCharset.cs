using System.Text;
using System.Text.Unicode;
using UtfUnknown;

namespace ArchiveJobs.Mail.Mime;

/// <summary>
/// Fields with octets that no encoded word covers. They have no declared charset, so in this order: UTF-8 when it is valid, ISO-2022-JP when its
/// escapes are there, what the Content-Type of the message names, what the octets look like, windows-1252.
/// </summary>
internal static class RawCharset
{
    private const int MaxCharsetName = 64;

    static RawCharset() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static byte[] ToUtf8(ReadOnlySpan<byte> value, ReadOnlySpan<byte> contentType)
    {
        var octets = value.ToArray();
        var hasEscapes = value.IndexOf("\x1B$"u8) >= 0 || value.IndexOf("\x1B("u8) >= 0;
        if (!hasEscapes && Utf8.IsValid(value))
        {
            return octets;
        }

        var text = (hasEscapes ? TryDecode("iso-2022-jp", octets) : null)
            ?? TryDecode(DeclaredCharset(contentType), octets)
            ?? TryDecode(LooksLike(octets), octets)
            ?? Encoding.GetEncoding(1252).GetString(octets);
        return Encoding.UTF8.GetBytes(text);
    }

    private static string DeclaredCharset(ReadOnlySpan<byte> contentType)
    {
        Span<byte> name = stackalloc byte[MaxCharsetName];
        var length = FieldSyntax.Parameter(contentType, "charset"u8, name);
        return Encoding.Latin1.GetString(name[..length]);
    }

    /// <summary>Short Japanese text is told best by trying: strict Shift_JIS and EUC-JP seldom accept anything else of several characters.</summary>
    private static string LooksLike(byte[] octets)
    {
        foreach (var name in (ReadOnlySpan<string>)["euc-jp", "shift_jis"])
        {
            if (TryDecode(name, octets) is { } text && text.Count(IsJapanese) >= 2 && !text.Any(IsUnlikely))
            {
                return name;
            }
        }

        return CharsetDetector.DetectFromBytes(octets).Detected is { Confidence: > 0.4f } found ? found.EncodingName : "";
    }

    private static string? TryDecode(string charset, byte[] octets)
    {
        if (charset.Length == 0)
        {
            return null;
        }

        try
        {
            // US-ASCII and the like cannot decode these octets and fall through; so does a declared UTF-8, which was tried.
            return Encoding.GetEncoding(charset, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(octets);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsJapanese(char c) => c is (>= '\u3041' and <= '\u30FE') or (>= '\u4E00' and <= '\u9FFF') or '\u3005' or '\u3010' or '\u3011';

    // Half-width katakana, Greek and Cyrillic of the Japanese sets, private use: signs that the octets are another charset.
    private static bool IsUnlikely(char c) => c is (>= '\uFF61' and <= '\uFF9F') or (>= '\u0370' and <= '\u04FF') or (>= '\uE000' and <= '\uF8FF') or (>= '\u0080' and <= '\u009F');
}
