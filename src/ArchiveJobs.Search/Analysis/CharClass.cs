using System.Globalization;
using System.Text;

namespace ArchiveJobs.Search.Analysis;

internal enum CharKind : byte
{
    Separator,

    /// <summary>Letters and digits of scripts that write words apart.</summary>
    Word,

    /// <summary>Scripts without spaces between words, and Hangul: indexed as bigrams.</summary>
    Bigram,

    /// <summary>First half of a surrogate pair; <see cref="CharClass.Of(char, char)"/> knows the pair.</summary>
    HighSurrogate,

    /// <summary>Written nowhere: soft hyphen, zero width characters, variation selectors, combining accents.</summary>
    Ignored,
}

/// <summary>Kind of each UTF-16 unit, looked up in a table: the analyzer asks for every character.</summary>
internal static class CharClass
{
    private static readonly CharKind[] Kinds = BuildKinds();

    public static CharKind Of(char c) => Kinds[c];

    /// <summary>The kind of a surrogate pair.</summary>
    public static CharKind Of(char high, char low)
    {
        if (!Rune.TryCreate(high, low, out var rune))
        {
            return CharKind.Separator;
        }

        return rune.Value switch
        {
            >= 0x1AFF0 and <= 0x1B16F => CharKind.Bigram,  // Kana extensions
            >= 0x20000 and <= 0x3FFFF => CharKind.Bigram,  // CJK ideographs, extensions B and up
            >= 0xE0100 and <= 0xE01EF => CharKind.Ignored, // Ideographic variation selectors
            _ => Rune.IsLetterOrDigit(rune) ? CharKind.Word : CharKind.Separator,
        };
    }

    private static CharKind[] BuildKinds()
    {
        var kinds = new CharKind[char.MaxValue + 1];
        for (var c = 0; c < kinds.Length; c++)
        {
            kinds[c] = Classify((char)c);
        }

        return kinds;
    }

    private static CharKind Classify(char c) => c switch
    {
        '\u00AD' or '\u034F' or '\u061C' or '\uFEFF' => CharKind.Ignored,
        >= '\u0300' and <= '\u036F' => CharKind.Ignored,
        >= '\u200B' and <= '\u200F' => CharKind.Ignored,
        >= '\u202A' and <= '\u202E' => CharKind.Ignored,
        >= '\u2060' and <= '\u2064' => CharKind.Ignored,
        >= '\uFE00' and <= '\uFE0F' => CharKind.Ignored,
        '\u30A0' or '\u30FB' => CharKind.Separator,                // Katakana double hyphen and middle dot
        >= '\u3005' and <= '\u3007' => CharKind.Bigram,            // 々〆〇
        >= '\u3040' and <= '\u312F' => CharKind.Bigram,            // Hiragana, Katakana, Bopomofo
        >= '\u31F0' and <= '\u31FF' => CharKind.Bigram,
        >= '\u3400' and <= '\u4DBF' => CharKind.Bigram,
        >= '\u4E00' and <= '\u9FFF' => CharKind.Bigram,
        >= '\uF900' and <= '\uFAFF' => CharKind.Bigram,
        >= '\uAC00' and <= '\uD7AF' => CharKind.Bigram,
        >= '\u0E01' and <= '\u0EDF' => CharKind.Bigram,            // Thai, Lao
        >= '\u1000' and <= '\u109F' => CharKind.Bigram,            // Myanmar
        >= '\u1780' and <= '\u17D3' => CharKind.Bigram,            // Khmer
        >= '\uD800' and <= '\uDBFF' => CharKind.HighSurrogate,
        _ => IsWord(c) ? CharKind.Word : CharKind.Separator,
    };

    private static bool IsWord(char c) => char.IsLetterOrDigit(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
