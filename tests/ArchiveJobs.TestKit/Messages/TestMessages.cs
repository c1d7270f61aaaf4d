using System.Globalization;
using System.Text;

namespace ArchiveJobs.TestKit.Messages;

/// <summary>Small messages whose octets follow from a number.</summary>
public static class TestMessages
{
    public static byte[] Plain(int number) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"From: anna{number}@example.jp\r\nTo: ben@example.jp\r\nSubject: Message {number}\r\nMessage-ID: <{number}@example.jp>\r\nDate: Tue, 3 Mar 2026 09:41:00 +0900\r\n\r\nText of message {number}.\r\n"));

    /// <summary>Two parts; the second is base64 of <paramref name="attachmentBytes"/> bytes that follow from <paramref name="attachment"/>.</summary>
    public static byte[] WithAttachment(int number, int attachment, int attachmentBytes)
    {
        var content = new byte[attachmentBytes];
        new Random(attachment).NextBytes(content);
        var base64 = Convert.ToBase64String(content);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"From: anna@example.jp\r\nSubject: With attachment {number}\r\nMIME-Version: 1.0\r\n");
        text.Append("Content-Type: multipart/mixed; boundary=\"frontier\"\r\n\r\n--frontier\r\nContent-Type: text/plain\r\n\r\n");
        text.Append(CultureInfo.InvariantCulture, $"See the attachment {number}.\r\n--frontier\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        for (var at = 0; at < base64.Length; at += 76)
        {
            text.Append(base64, at, Math.Min(76, base64.Length - at)).Append("\r\n");
        }

        text.Append("\r\n--frontier--\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
