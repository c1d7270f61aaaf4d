using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Dashboard.Model;
using MimeKit;

namespace ArchiveJobs.Dashboard.Reading;

/// <param name="Number">Its place among the attachments, from 0.</param>
/// <param name="Size">Octets as encoded in the message.</param>
internal sealed record ReadAttachment(int Number, string Name, string Type, long Size);

/// <param name="Text">Plain text; the words of the HTML body when there is none.</param>
/// <param name="Html">Null when the message has no HTML body.</param>
internal sealed record ReadMessage(
    MessageSummary Summary, StoreLocation Store, IReadOnlyList<(string Name, string Value)> Headers, string Text, SafeBody? Html, IReadOnlyList<ReadAttachment> Attachments);

/// <summary>Reads archived messages for people. Never fails on broken MIME: what cannot be split is shown as it stands.</summary>
internal sealed class MessageReader(StoreShelf shelf)
{
    private const int MaxText = 500_000;
    private const int MaxSource = 200_000;
    private const int MaxInlineImage = 2_000_000;

    // A message is held while it is parsed; larger ones are downloaded.
    private const long MaxParsed = 64 * 1024 * 1024;

    private static readonly string[] Shown = ["From", "To", "Cc", "Reply-To", "Date"];

    /// <summary>Null when no such message is held, or it was deleted in the archive.</summary>
    public async Task<ReadMessage?> ReadAsync(int store, ContentId id, CancellationToken cancellationToken)
    {
        if (await OpenAsync(store, id, cancellationToken) is not { } found)
        {
            return null;
        }

        await using var octets = found.Octets;
        if (found.Summary.Size > MaxParsed)
        {
            return new ReadMessage(found.Summary, found.Store, [], "", null, []);
        }

        using var message = await ParseAsync(octets, cancellationToken);
        if (message is null)
        {
            return new ReadMessage(found.Summary, found.Store, [], await ReadSourceAsync(store, id, cancellationToken) ?? "", null, []);
        }

        var headers =
            from name in Shown
            let value = message.Headers[name]
            where !string.IsNullOrWhiteSpace(value)
            select (name, value);
        var html = message.HtmlBody is { } body ? SafeHtml.Clean(Limit(body), InlineImages(message)) : null;
        return new ReadMessage(found.Summary, found.Store, [.. headers], Limit(TextOf(message)), html, [.. Attachments(message).Select(Describe)]);
    }

    /// <summary>The octets as they were archived; null when not held.</summary>
    public async Task<(Stream Octets, MessageSummary Summary, StoreLocation Store)?> OpenAsync(int store, ContentId id, CancellationToken cancellationToken)
    {
        // Described first: a message that was deleted in the archive is not described, though its octets may still lie there.
        if (await shelf.OpenAsync(store, cancellationToken) is not { } opened || await opened.DescribeAsync([id], cancellationToken) is not [var summary])
        {
            return null;
        }

        return await opened.OpenMessageAsync(id, cancellationToken) is { } octets ? (octets, summary, opened.Location) : null;
    }

    /// <summary>The first of it, one character an octet outside ASCII shown as its replacement.</summary>
    public async Task<string?> ReadSourceAsync(int store, ContentId id, CancellationToken cancellationToken)
    {
        if (await OpenAsync(store, id, cancellationToken) is not { } found)
        {
            return null;
        }

        await using var octets = found.Octets;
        var buffer = new byte[(int)Math.Min(MaxSource, found.Summary.Size)];
        var read = await octets.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read).Replace('\0', '\uFFFD');
    }

    /// <summary>One attachment, decoded; null when there is none of this number.</summary>
    public async Task<(Stream Content, string Name)?> OpenAttachmentAsync(int store, ContentId id, int number, CancellationToken cancellationToken)
    {
        if (await OpenAsync(store, id, cancellationToken) is not { } found)
        {
            return null;
        }

        await using var octets = found.Octets;
        if (found.Summary.Size > MaxParsed)
        {
            return null;
        }

        using var message = await ParseAsync(octets, cancellationToken);
        if (message is null || Attachments(message).Skip(number).FirstOrDefault() is not { } entity)
        {
            return null;
        }

        var content = new MemoryStream();
        if (entity is MessagePart { Message: { } inner })
        {
            await inner.WriteToAsync(content, cancellationToken);
        }
        else if (entity is MimePart { Content: { } encoded })
        {
            await encoded.DecodeToAsync(content, cancellationToken);
        }

        content.Position = 0;
        return (content, NameOf(entity));
    }

    private static async Task<MimeMessage?> ParseAsync(Stream octets, CancellationToken cancellationToken)
    {
        try
        {
            return await MimeMessage.LoadAsync(octets, cancellationToken);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>All parts that are not the body, also those that call themselves inline: a person must be able to reach everything.</summary>
    private static IEnumerable<MimeEntity> Attachments(MimeMessage message) =>
        message.BodyParts.Where(part => part.IsAttachment || part is MessagePart || part is not TextPart);

    private static ReadAttachment Describe(MimeEntity entity, int number) =>
        new(number, NameOf(entity), entity.ContentType.MimeType, entity is MimePart { Content.Stream: { CanSeek: true } content } ? content.Length : 0);

    private static string NameOf(MimeEntity entity)
    {
        var name = entity.ContentDisposition?.FileName ?? entity.ContentType.Name ?? (entity is MessagePart ? "message.eml" : "attachment");
        return SafeName(name);
    }

    /// <summary>No path, no control or direction character: the name is a stranger's.</summary>
    internal static string SafeName(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var character in name)
        {
            var isHidden = char.IsControl(character) || char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Format;
            clean.Append(isHidden || "/\\:*?\"<>|".Contains(character, StringComparison.Ordinal) ? '_' : character);
        }

        var text = clean.ToString().Trim('.', ' ');
        return text.Length == 0 ? "attachment" : text.Length <= 200 ? text : text[..100] + "…" + text[^90..];
    }

    private static Dictionary<string, string> InlineImages(MimeMessage message)
    {
        var images = new Dictionary<string, string>(StringComparer.Ordinal);
        var room = MaxInlineImage * 4;
        foreach (var part in message.BodyParts.OfType<MimePart>())
        {
            if (part is not { ContentId: { } contentId, Content: { Stream: { } encoded } content })
            {
                continue;
            }

            var type = part.ContentType.MimeType.ToLowerInvariant();
            if (!SafeHtml.IsPicture($"data:{type};") || (encoded.CanSeek && encoded.Length > MaxInlineImage))
            {
                continue;
            }

            using var octets = new MemoryStream();
            content.DecodeTo(octets);
            room -= (int)octets.Length;
            if (room > 0)
            {
                images.TryAdd(contentId, $"data:{type};base64,{Convert.ToBase64String(octets.ToArray())}");
            }
        }

        return images;
    }

    private static string TextOf(MimeMessage message)
    {
        if (message.TextBody is { } text)
        {
            return text;
        }

        return message.HtmlBody is { } html ? PlainText.Of(html) : "";
    }

    private static string Limit(string text) => text.Length <= MaxText ? text : text[..MaxText] + "\n…";
}
