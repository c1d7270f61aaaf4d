using System.Buffers;
using System.Text;
using ArchiveJobs.Core.Messages;
using MimeKit;
using MimeKit.Utils;

namespace ArchiveJobs.Mail.Mime;

/// <summary>What lists show of a message, from its header. Runs for each message that is archived: plain ASCII fields take a short path.</summary>
internal static class EnvelopeReader
{
    private const int MaxFieldOctets = 64 * 1024; // Enough for 1,000 characters in any encoding; a longer field is hostile or a list of recipients.
    private const int MaxDateOctets = 256;

    // What no plain text has: the start of an encoded word needs '='; 0x1B begins ISO-2022-JP.
    private static readonly SearchValues<byte> Encoded = SearchValues.Create([(byte)'=', 0x1B, .. Enumerable.Range(0x80, 0x80).Select(octet => (byte)octet)]);

    public static MessageEnvelope Read(ReadOnlySpan<byte> octets)
    {
        var fields = HeaderFields.Find(octets);
        return new MessageEnvelope(
            Text(fields.Subject, fields.ContentType),
            Addresses(fields.From, fields.ContentType),
            Addresses(fields.To, fields.ContentType),
            MessageId(fields.MessageId),
            Date(fields.Date));
    }

    private static string Text(ReadOnlySpan<byte> value, ReadOnlySpan<byte> contentType)
    {
        value = Bounded(value);
        return IsPlain(value) ? DisplayText.FromAscii(value) : DisplayText.From(Rfc2047.DecodeText(RawCharset.ToUtf8(value, contentType)));
    }

    private static string Addresses(ReadOnlySpan<byte> value, ReadOnlySpan<byte> contentType)
    {
        value = Bounded(value);
        if (IsPlain(value))
        {
            return DisplayText.FromAsciiAddresses(value);
        }

        var octets = RawCharset.ToUtf8(value, contentType);
        if (!InternetAddressList.TryParse(octets, out var addresses) || addresses.Count == 0)
        {
            return DisplayText.From(Rfc2047.DecodeText(octets));
        }

        return DisplayText.From(string.Join(", ", addresses.Select(DisplayText.Of)));
    }

    /// <summary>Without its angle brackets.</summary>
    private static string MessageId(ReadOnlySpan<byte> value)
    {
        value = Bounded(value);
        var text = value.IndexOfAny(Encoded) < 0 || Ascii.IsValid(value) ? DisplayText.FromAscii(value) : DisplayText.From(Encoding.Latin1.GetString(value));
        return text is ['<', .., '>'] ? text[1..^1] : text;
    }

    private static DateTimeOffset? Date(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > MaxDateOctets)
        {
            return null;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(value.Length);
        value.CopyTo(buffer);
        DateTimeOffset? date = DateUtils.TryParse(buffer, 0, value.Length, out var parsed) ? parsed : null;
        ArrayPool<byte>.Shared.Return(buffer);
        return date;
    }

    private static bool IsPlain(ReadOnlySpan<byte> value)
    {
        var at = value.IndexOfAny(Encoded);
        return at < 0 || (!value[at..].Contains((byte)0x1B) && Ascii.IsValid(value) && value.IndexOf("=?"u8) < 0);
    }

    private static ReadOnlySpan<byte> Bounded(ReadOnlySpan<byte> value) => value[..Math.Min(value.Length, MaxFieldOctets)];
}
