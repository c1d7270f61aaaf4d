using System.Text;
using System.Text.RegularExpressions;
using MimeKit.Text;

namespace ArchiveJobs.Dashboard.Reading;

/// <summary>The words of an HTML body; nothing of it is loaded or run.</summary>
internal static partial class PlainText
{
    public static string Of(string html)
    {
        var text = new StringBuilder();
        var hidden = 0;
        var tokens = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        while (tokens.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken { Id: HtmlTagId.Script or HtmlTagId.Style or HtmlTagId.Title } tag)
            {
                hidden = Math.Max(0, hidden + (tag.IsEndTag ? -1 : tag.IsEmptyElement ? 0 : 1));
            }
            else if (token is HtmlTagToken { Id: HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 })
            {
                text.Append('\n');
            }
            else if (token is HtmlDataToken data && token.Kind == HtmlTokenKind.Data && hidden == 0)
            {
                text.Append(Spaces().Replace(data.Data, " "));
            }
        }

        return EmptyLines().Replace(text.ToString(), "\n\n").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"[ \t]*\n(\s*\n)+")]
    private static partial Regex EmptyLines();
}
