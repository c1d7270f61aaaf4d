using System.Globalization;
using System.Text;

namespace ArchiveJobs.Worker.Cli;

/// <summary>Text that came from outside may not steer a terminal.</summary>
internal static class Printable
{
    /// <summary>Control and direction characters become U+FFFD; line ends and tabs stay.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsHostile))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            result.Append(IsHostile(character) ? '\uFFFD' : character);
        }

        return result.ToString();
    }

    /// <summary>Cut in the middle when longer than <paramref name="length"/>.</summary>
    public static string Shorten(string text, int length)
    {
        var half = (length - 1) / 2;
        return text.Length <= length ? text : text[..(length - 1 - half)] + "…" + text[^half..];
    }

    /// <summary>Columns on a terminal: East Asian wide characters take two.</summary>
    public static int Width(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0
                : IsWide(rune.Value) ? 2
                : 1;
        }

        return width;
    }

    public static string PadRight(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    private static bool IsHostile(char character) =>
        (char.IsControl(character) && character is not '\n' and not '\t')
        || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C';

    // Unicode East Asian Width W and F, the blocks that mail in practice uses.
    private static bool IsWide(int rune) =>
        rune is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
            or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
