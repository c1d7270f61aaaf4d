using MimeKit;

namespace ArchiveJobs.Search.Text;

/// <summary>Words of the parts of a message: texts, HTML, texts attached, names of attachments, messages inside.</summary>
internal sealed class PartText : IDisposable
{
    // docs/formats/index.md, "Bounds".
    private const int MaxDepth = 32;
    private const int MaxParts = 10_000;
    private const int MaxPartOctets = 4 * 1024 * 1024;

    private readonly CappedStream _content = new(MaxPartOctets);
    private readonly TextBuffer _html = new(4_000_000);
    private int _parts;

    public void Append(MimeEntity? entity, MessageText text, int depth)
    {
        _parts = depth == 0 ? 0 : _parts;
        if (entity is null || depth > MaxDepth || _parts++ >= MaxParts)
        {
            return;
        }

        AppendName(entity, text.Attachments);
        switch (entity)
        {
            case Multipart multipart:
                foreach (var child in multipart)
                {
                    Append(child, text, depth + 1);
                }

                break;
            case MessagePart { Message: { } nested }:
                HeaderText.AppendNested(nested.Headers, text.Body);
                Append(nested.Body, text, depth + 1);
                break;
            case TextPart part when part.Content is not null && !text.Body.IsFull:
                AppendText(part, text.Body);
                break;
        }
    }

    public void Dispose() => _content.Dispose();

    private static void AppendName(MimeEntity entity, TextBuffer attachments)
    {
        var name = entity.ContentDisposition?.FileName ?? entity.ContentType.Name;
        if (!string.IsNullOrEmpty(name))
        {
            attachments.Separate();
            attachments.Append(name);
        }
    }

    private void AppendText(TextPart part, TextBuffer body)
    {
        _content.Clear();
        part.Content!.DecodeTo(_content);
        var octets = _content.Written;
        var encoding = Charsets.Choose(part.ContentType.Charset, octets);
        body.Separate();
        if (!part.IsHtml)
        {
            // Four octets a character at most, but for escape sequences; what lies further back would not be kept.
            octets = octets[..(int)Math.Min(octets.Length, 4L * (body.Limit - body.Length))];
            body.Advance(encoding.GetChars(octets, body.Reserve(encoding.GetMaxCharCount(octets.Length))));
            return;
        }

        _html.Clear();
        _html.Advance(encoding.GetChars(octets, _html.Reserve(encoding.GetMaxCharCount(octets.Length))));
        HtmlText.Append(_html.Written, body);
    }
}
