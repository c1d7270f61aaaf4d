using System.Buffers;
using System.Globalization;
using System.Net;

namespace ArchiveJobs.Search.Text;

/// <summary>The words of an HTML part: tags and comments out, scripts and styles out with their content, entities decoded. One pass, no tree.</summary>
internal static class HtmlText
{
    private const int MaxEntityChars = 32;

    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\r\n/>");

    // Tags inside a word; every other tag ends the word (and a paragraph, so that Japanese is not joined across it).
    private static readonly HashSet<string> InlineTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "ins", "kbd", "mark", "nobr", "o:p", "q", "ruby", "s", "samp",
        "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr",
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Inline = InlineTags.GetAlternateLookup<ReadOnlySpan<char>>();

    public static void Append(ReadOnlySpan<char> html, TextBuffer target)
    {
        while (html.Length > 0 && !target.IsFull)
        {
            var at = html.IndexOfAny('<', '&');
            if (at < 0)
            {
                target.Append(html);
                return;
            }

            target.Append(html[..at]);
            html = html[at] == '<' ? SkipTag(html[at..], target) : TakeEntity(html[at..], target);
        }
    }

    private static ReadOnlySpan<char> SkipTag(ReadOnlySpan<char> html, TextBuffer target)
    {
        if (html.StartsWith("<!--", StringComparison.Ordinal))
        {
            return Behind(html, "-->");
        }

        if (html.Length < 2 || !(char.IsAsciiLetter(html[1]) || html[1] is '/' or '!' or '?'))
        {
            target.Append('<');
            return html[1..];
        }

        var name = TagName(html);
        var rest = BehindTag(html);
        if (Inline.Contains(name))
        {
            return rest;
        }

        target.Append("\n\n");
        if (name.Equals("script", StringComparison.OrdinalIgnoreCase) && html[1] != '/')
        {
            return BehindElement(rest, "</script");
        }

        return name.Equals("style", StringComparison.OrdinalIgnoreCase) && html[1] != '/' ? BehindElement(rest, "</style") : rest;
    }

    private static ReadOnlySpan<char> TagName(ReadOnlySpan<char> html)
    {
        var name = html[1] == '/' ? html[2..] : html[1..];
        var end = name.IndexOfAny(NameEnds);
        return end < 0 ? name : name[..end];
    }

    private static ReadOnlySpan<char> BehindTag(ReadOnlySpan<char> html)
    {
        // A > may stand in a quoted attribute; an unclosed quote must not swallow the rest of the mail.
        var end = html.IndexOf('>');
        if (end < 0)
        {
            return [];
        }

        var quote = html[..end].IndexOfAny('"', '\'');
        return quote < 0 ? html[(end + 1)..] : BehindQuotedTag(html, end);
    }

    private static ReadOnlySpan<char> BehindQuotedTag(ReadOnlySpan<char> html, int firstEnd)
    {
        const int MaxTagChars = 16 * 1024;
        var quote = '\0';
        for (var i = 1; i < html.Length && i < MaxTagChars; i++)
        {
            var c = html[i];
            if (quote == '\0' && c == '>')
            {
                return html[(i + 1)..];
            }

            if (c is '"' or '\'')
            {
                quote = quote == '\0' && html[i - 1] == '=' ? c : quote == c ? '\0' : quote;
            }
        }

        return html[(firstEnd + 1)..];
    }

    private static ReadOnlySpan<char> BehindElement(ReadOnlySpan<char> html, string endTag)
    {
        var end = html.IndexOf(endTag, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? [] : BehindTag(html[end..]);
    }

    private static ReadOnlySpan<char> Behind(ReadOnlySpan<char> html, string mark)
    {
        var end = html.IndexOf(mark, StringComparison.Ordinal);
        return end < 0 ? html[4..] : html[(end + mark.Length)..];
    }

    private static ReadOnlySpan<char> TakeEntity(ReadOnlySpan<char> html, TextBuffer target)
    {
        var end = html[..Math.Min(html.Length, MaxEntityChars)].IndexOf(';');
        if (end < 2)
        {
            target.Append('&');
            return html[1..];
        }

        AppendEntity(html[..(end + 1)], target);
        return html[(end + 1)..];
    }

    private static void AppendEntity(ReadOnlySpan<char> entity, TextBuffer target)
    {
        if (entity[1] != '#')
        {
            target.Append(WebUtility.HtmlDecode(entity.ToString()));
            return;
        }

        var isHex = entity[2] is 'x' or 'X';
        var digits = isHex ? entity[3..^1] : entity[2..^1];
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (int.TryParse(digits, style, CultureInfo.InvariantCulture, out var value) && System.Text.Rune.TryCreate(value, out var rune))
        {
            Span<char> chars = stackalloc char[2];
            target.Append(chars[..rune.EncodeToUtf16(chars)]);
            return;
        }

        target.Append(' ');
    }
}
