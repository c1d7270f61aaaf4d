using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace ArchiveJobs.Search.Text;

/// <summary>Subject, correspondents and date of a message's header.</summary>
internal static class HeaderText
{
    private const int MaxHeaderBytes = 256 * 1024;

    public static void Append(HeaderList headers, MessageText text)
    {
        foreach (var header in headers)
        {
            switch (header.Id)
            {
                case HeaderId.Subject:
                    text.Subject.Separate();
                    text.Subject.Append(Decode(header));
                    break;
                case HeaderId.From or HeaderId.Sender:
                    AppendAddresses(header, text.From);
                    break;
                case HeaderId.To or HeaderId.Cc or HeaderId.Bcc:
                    AppendAddresses(header, text.To);
                    break;
                case HeaderId.Date or HeaderId.Received:
                    TakeDate(header, text);
                    break;
            }
        }
    }

    /// <summary>Subject and correspondents of a message inside another, as text of its body.</summary>
    public static void AppendNested(HeaderList headers, TextBuffer body)
    {
        foreach (var header in headers)
        {
            if (header.Id is HeaderId.Subject or HeaderId.From or HeaderId.To or HeaderId.Cc)
            {
                body.Separate();
                body.Append(Decode(header));
            }
        }

        body.Separate();
    }

    private static void AppendAddresses(Header header, TextBuffer target)
    {
        var decoded = Decode(header);
        target.Separate();

        // Every character of the field is worth finding, also of one that no parser takes for an address. Quotes and brackets separate words anyway;
        // only the commas between two addresses must stop a phrase.
        var isQuoted = false;
        foreach (var c in decoded)
        {
            isQuoted ^= c == '"';
            target.Append(c is ',' or ';' && !isQuoted ? TextBuffer.ValueSeparator : c);
        }
    }

    // Raw eight-bit fields (not allowed, and common) that are no UTF-8 are guessed at; everything else is RFC 2047.
    private static string Decode(Header header)
    {
        var raw = header.RawValue;
        if (raw.Length > MaxHeaderBytes)
        {
            return Encoding.Latin1.GetString(raw, 0, MaxHeaderBytes);
        }

        if (raw.AsSpan().IndexOf((byte)0x1B) >= 0)
        {
            return Charsets.Choose(null, raw).GetString(raw);
        }

        return System.Text.Unicode.Utf8.IsValid(raw) ? header.Value : header.GetValue(Charsets.Choose(null, raw));
    }

    private static void TakeDate(Header header, MessageText text)
    {
        var raw = header.RawValue;
        if (header.Id == HeaderId.Date)
        {
            text.Date = DateUtils.TryParse(raw, out var date) && IsCredible(date) ? date : text.Date;
            return;
        }

        // The first Received field is the latest. A Date field further down wins.
        var at = Array.LastIndexOf(raw, (byte)';') + 1;
        if (text.Date is null && at > 0 && DateUtils.TryParse(raw, at, raw.Length - at, out var received) && IsCredible(received))
        {
            text.Date = received;
        }
    }

    // Minutes since 1970 end in the year 6053.
    private static bool IsCredible(DateTimeOffset date) => date.UtcDateTime.Year is >= 1970 and <= 6000;
}
