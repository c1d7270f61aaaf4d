using System.Text;
using MimeKit;
using MimeKit.Text;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What a person reads of a message on a terminal.</summary>
internal sealed record MessageText(IReadOnlyList<(string Name, string Value)> Headers, IReadOnlyList<string> Attachments, string Body)
{
    private const int MaxBodyCharacters = 100_000;

    private static readonly string[] Shown = ["From", "To", "Cc", "Date", "Subject", "Message-ID"];

    /// <summary>Never fails on broken MIME: what cannot be parsed is shown as text.</summary>
    public static async Task<MessageText> ReadAsync(Stream octets, CancellationToken cancellationToken)
    {
        try
        {
            using var message = await MimeMessage.LoadAsync(octets, cancellationToken);
            var headers =
                from name in Shown
                let value = message.Headers[name]
                where !string.IsNullOrEmpty(value)
                select (name, value);
            return new MessageText([.. headers], [.. message.Attachments.Select(Name)], Shorten(BodyOf(message)));
        }
        catch (FormatException)
        {
            return new MessageText([], [], "(This message has no header that can be read. Its octets: --raw)");
        }
    }

    private static string BodyOf(MimeMessage message)
    {
        if (message.TextBody is { } text)
        {
            return text;
        }

        return message.HtmlBody is { } html ? TextOf(html) : "";
    }

    private static string Name(MimeEntity entity)
    {
        var name = entity.ContentDisposition?.FileName ?? entity.ContentType.Name ?? "(no name)";
        return $"{name}  {entity.ContentType.MimeType}";
    }

    private static string Shorten(string text) =>
        text.Length <= MaxBodyCharacters ? text : text[..MaxBodyCharacters] + "\n(cut here; all of it: --raw)";

    /// <summary>The words of an HTML body; nothing of it is loaded or run.</summary>
    private static string TextOf(string html)
    {
        var text = new StringBuilder();
        var hidden = HtmlTagId.Unknown;
        var tokens = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true };
        while (tokens.ReadNextToken(out var token))
        {
            switch (token)
            {
                case HtmlTagToken tag when tag.Id is HtmlTagId.Script or HtmlTagId.Style or HtmlTagId.Title or HtmlTagId.Head:
                    hidden = tag.IsEndTag ? HtmlTagId.Unknown : hidden == HtmlTagId.Unknown ? tag.Id : hidden;
                    break;
                case HtmlTagToken { Id: HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI or HtmlTagId.H1 or HtmlTagId.H2 or HtmlTagId.H3 }:
                    EndLine(text);
                    break;
                case HtmlDataToken data when hidden == HtmlTagId.Unknown && token.Kind == HtmlTokenKind.Data:
                    text.Append(Collapse(data.Data, text));
                    break;
            }
        }

        return text.ToString();
    }

    private static void EndLine(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != '\n')
        {
            text.Append('\n');
        }
    }

    private static string Collapse(string data, StringBuilder before)
    {
        var words = data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return "";
        }

        var needsSpace = char.IsWhiteSpace(data[0]) && before.Length > 0 && !char.IsWhiteSpace(before[^1]);
        return (needsSpace ? " " : "") + string.Join(' ', words) + (char.IsWhiteSpace(data[^1]) ? " " : "");
    }
}
