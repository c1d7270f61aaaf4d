using System.Globalization;

namespace ArchiveJobs.Search.Tests;

/// <summary>Octets of small messages, written out by hand: no library decides what they look like.</summary>
internal static class Mail
{
    static Mail() => System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

    public static System.Text.Encoding Encoding(string name) => System.Text.Encoding.GetEncoding(name);

    public static byte[] Ascii(params string[] lines) => System.Text.Encoding.ASCII.GetBytes(string.Join("\r\n", lines) + "\r\n");

    public static byte[] Text(string subject = "Hello", string from = "a@example.jp", string to = "b@example.jp", string date = "Mon, 5 Jan 2026 10:00:00 +0900", string body = "Text.") =>
        System.Text.Encoding.UTF8.GetBytes(
            $"From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n");

    /// <summary>Header in ASCII, the body in this charset under this label (none for null).</summary>
    public static byte[] InCharset(string charset, string? label, string body)
    {
        var header = "From: a@example.jp\r\nSubject: x\r\n" + (label is null ? "" : $"Content-Type: text/plain; charset={label}\r\n") + "\r\n";
        return [.. System.Text.Encoding.ASCII.GetBytes(header), .. Encoding(charset).GetBytes(body)];
    }

    /// <summary>RFC 2047 section 4.1, "B".</summary>
    public static string EncodedWord(string charset, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"=?{charset}?B?{Convert.ToBase64String(Encoding(charset).GetBytes(text))}?=");
}
