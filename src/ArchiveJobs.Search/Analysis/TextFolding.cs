using System.Text;
using ArchiveJobs.Search.Text;

namespace ArchiveJobs.Search.Analysis;

/// <summary>
/// Makes spellings equal that people take for the same: NFKC (half-width katakana, full-width Latin, ㈱), lower case, accents of Latin letters,
/// invisible characters. A single line end between two characters of a script without spaces is taken out: mail is wrapped in the middle of Japanese words.
/// The index and the query go through the same folding.
/// </summary>
internal static class TextFolding
{
    private const char FirstFolded = '\u00C0';

    // One letter of the Latin blocks to one or two; null where nothing changes but the case.
    private static readonly string?[] Latin = BuildLatin(FirstFolded, '\u024F');
    private static readonly string?[] LatinAdditional = BuildLatin('\u1E00', '\u1EFF');

    /// <summary>Replaces the text by its folded form.</summary>
    /// <param name="scratch">Lent for the work; empty afterwards.</param>
    public static void Fold(TextBuffer text, TextBuffer scratch)
    {
        if (Ascii.IsValid(text.Written))
        {
            Ascii.ToLowerInPlace(text.Written, out _);
            return;
        }

        scratch.Clear();
        if (TryNormalize(text.Written, scratch))
        {
            text.Clear();
            FoldInto(scratch.Written, text);
        }
        else
        {
            scratch.Append(text.Written);
            text.Clear();
            FoldInto(scratch.Written, text);
        }

        scratch.Clear();
    }

    public static string Fold(string text)
    {
        var buffer = new TextBuffer(text.Length * 2 + 64);
        buffer.Append(text);
        Fold(buffer, new TextBuffer(text.Length * 20 + 64)); // NFKC makes at most 18 of one
        return buffer.Written.ToString();
    }

    private static bool TryNormalize(ReadOnlySpan<char> text, TextBuffer target)
    {
        try
        {
            // Ordinary text is normalized already, or shrinks. A text of ligatures that explode stays as it is.
            if (!text.TryNormalize(target.Reserve(text.Length + text.Length / 4 + 64), out var written, NormalizationForm.FormKC))
            {
                return TryNormalizeGrowing(text, target);
            }

            target.Advance(written);
            return true;
        }
        catch (ArgumentException)
        {
            // Half of a surrogate pair, from a broken encoding.
            return false;
        }
    }

    private static bool TryNormalizeGrowing(ReadOnlySpan<char> text, TextBuffer target)
    {
        var needed = text.GetNormalizedLength(NormalizationForm.FormKC);
        if (needed > target.Limit || !text.TryNormalize(target.Reserve(needed), out var written, NormalizationForm.FormKC))
        {
            return false;
        }

        target.Advance(written);
        return true;
    }

    private static void FoldInto(ReadOnlySpan<char> source, TextBuffer target)
    {
        for (var i = 0; i < source.Length && !target.IsFull; i++)
        {
            var c = source[i];
            switch (CharClass.Of(c))
            {
                case CharKind.Ignored:
                    break;
                case CharKind.HighSurrogate:
                    i += FoldPair(source[i..], target);
                    break;
                case CharKind.Separator when c is '\r' or '\n':
                    i += FoldLineEnd(source[i..], target);
                    break;
                case CharKind.Word when c >= FirstFolded:
                    FoldLetter(c, target);
                    break;
                default:
                    target.Append(c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c);
                    break;
            }
        }
    }

    /// <returns>Units used beyond the first.</returns>
    private static int FoldPair(ReadOnlySpan<char> source, TextBuffer target)
    {
        if (source.Length < 2 || !char.IsLowSurrogate(source[1]))
        {
            target.Append(' ');
            return 0;
        }

        if (CharClass.Of(source[0], source[1]) != CharKind.Ignored)
        {
            target.Append(source[..2]);
        }

        return 1;
    }

    private static int FoldLineEnd(ReadOnlySpan<char> source, TextBuffer target)
    {
        var length = source.Length > 1 && source[0] == '\r' && source[1] == '\n' ? 2 : 1;
        var isInsideText = target.Length > 0 && CharClass.Of(target.Written[^1]) == CharKind.Bigram
            && source.Length > length && CharClass.Of(source[length]) == CharKind.Bigram;
        if (!isInsideText)
        {
            target.Append('\n');
        }

        return length - 1;
    }

    private static void FoldLetter(char c, TextBuffer target)
    {
        var folded = c switch
        {
            <= '\u024F' => Latin[c - FirstFolded],
            >= '\u1E00' and <= '\u1EFF' => LatinAdditional[c - '\u1E00'],
            _ => null,
        };
        if (folded is not null)
        {
            target.Append(folded);
            return;
        }

        target.Append(char.ToLowerInvariant(c));
    }

    private static string?[] BuildLatin(char first, char last)
    {
        var table = new string?[last - first + 1];
        for (var c = first; c <= last; c++)
        {
            table[c - first] = Unaccent(c);
        }

        return table;
    }

    // The letters with a stroke and the ligatures have no decomposition in Unicode.
    private static string? Unaccent(char c)
    {
        var lower = char.ToLowerInvariant(c);
        var plain = lower switch
        {
            'ß' or 'ẞ' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'đ' or 'ð' => "d",
            'ł' => "l",
            'ħ' => "h",
            'ı' or 'İ' => "i",
            'þ' => "th",
            _ => lower.ToString().Normalize(NormalizationForm.FormD)[..1],
        };
        return plain[0] < 0x80 ? plain : null;
    }
}
