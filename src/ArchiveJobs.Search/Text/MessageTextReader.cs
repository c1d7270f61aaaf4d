using System.Text;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Search.Analysis;
using MimeKit;

namespace ArchiveJobs.Search.Text;

/// <summary>
/// Reads what the index takes of a message. Never fails on a hostile message: what cannot be taken apart is left out and said in
/// <see cref="MessageText.IsUnreadable"/>. One reader a thread; it keeps its buffers.
/// </summary>
internal sealed class MessageTextReader : IDisposable
{
    private const int MaxDepth = 32;

    private static readonly ParserOptions Options = new()
    {
        MaxMimeDepth = MaxDepth,
        CharsetEncoding = Encoding.UTF8,
        AllowAddressesWithoutDomain = true,
    };

    private readonly TextBuffer _scratch = new(8_000_000);
    private readonly PartText _parts = new();

    /// <summary>Fills <paramref name="text"/>, folded.</summary>
    public void Read(StoredMessage message, MessageText text)
    {
        text.Clear();
        using (var octets = MessageOctets.Read(message))
        {
            ReadGuarded(octets, text);
        }

        foreach (var buffer in (ReadOnlySpan<TextBuffer>)[text.Subject, text.From, text.To, text.Body, text.Attachments])
        {
            TextFolding.Fold(buffer, _scratch);
        }
    }

    public void Dispose() => _parts.Dispose();

    private void ReadGuarded(MessageOctets octets, MessageText text)
    {
        try
        {
            Read(octets, text);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Whatever the parser stumbles over: one message must not keep the others out of the index.
            text.IsUnreadable = true;
            if (text.Subject.Length == 0 && text.Body.Length == 0)
            {
                AppendAsText(octets.Span, text.Body);
            }
        }
    }

    private void Read(MessageOctets octets, MessageText text)
    {
        using var stream = new MemoryStream(octets.Array, octets.Offset, octets.Length, false);
        using var message = new MimeParser(Options, stream, MimeFormat.Entity, true).ParseMessage();

        HeaderText.Append(message.Headers, text);
        _parts.Append(message.Body, text, 0);
    }

    private static void AppendAsText(ReadOnlySpan<byte> octets, TextBuffer body)
    {
        octets = octets[..Math.Min(octets.Length, 64 * 1024)];
        body.Append(Charsets.Choose(null, octets).GetString(octets));
    }
}
