using System.Globalization;
using System.Text;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>Texts from outside, made safe to look at, and the width they take.</summary>
internal static class VisibleText
{
    public const int MaxName = 40;
    private const char Replacement = '\uFFFD';
    private const char Ellipsis = '…';

    /// <summary>Control, direction and private characters and broken surrogates as �: they could change what the reader sees.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(IsHidden(rune) ? Replacement.ToString() : rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>At most so many characters, cut in the middle between what people see as characters.</summary>
    public static string CutName(string name, int maxCharacters = MaxName) =>
        name.Length <= maxCharacters ? name : Head(name, (maxCharacters - 1) / 2, e => e.Length) + Ellipsis + Tail(name, (maxCharacters - 1) / 2, e => e.Length);

    /// <summary>At most so many columns, cut in the middle.</summary>
    public static string CutToColumns(string text, int maxColumns) =>
        Columns(text) <= maxColumns ? text : Head(text, maxColumns / 2, Columns) + Ellipsis + Tail(text, (maxColumns - 1) / 2, Columns);

    /// <summary>At most so many columns, cut at the end.</summary>
    public static string CutEnd(string text, int maxColumns) =>
        Columns(text) <= maxColumns ? text : Head(text, maxColumns - 1, Columns) + Ellipsis;

    /// <summary>Columns in a list of mails: a full-width character takes two, a combining one none.</summary>
    public static int Columns(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            columns += Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0 : IsWide(rune.Value) ? 2 : 1;
        }

        return columns;
    }

    private static bool IsHidden(Rune rune) => rune.Value == Replacement || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;

    // East Asian Width W and F of Unicode Standard Annex 11, in ranges wide enough for a subject line.
    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0x303E) or (>= 0x3041 and <= 0xA4CF)
        or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE4F) or (>= 0xFF00 and <= 0xFF60)
        or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);

    private static string Head(string text, int max, Func<string, int> measure)
    {
        var end = 0;
        foreach (var element in Elements(text))
        {
            max -= measure(element);
            if (max < 0)
            {
                break;
            }

            end += element.Length;
        }

        return text[..end];
    }

    private static string Tail(string text, int max, Func<string, int> measure)
    {
        var start = text.Length;
        foreach (var element in Elements(text).Reverse())
        {
            max -= measure(element);
            if (max < 0)
            {
                break;
            }

            start -= element.Length;
        }

        return text[start..];
    }

    private static IEnumerable<string> Elements(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            yield return elements.GetTextElement();
        }
    }
}
