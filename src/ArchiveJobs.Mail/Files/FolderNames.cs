using System.Text;

namespace ArchiveJobs.Mail.Files;

/// <summary>Folder names of file systems as names of the archive.</summary>
internal static class FolderNames
{
    public const string Inbox = "INBOX";

    private static readonly Encoding Utf16 = new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>A name that goes between '/': '/' is written %2F, '%' is written %25.</summary>
    public static string Escape(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    public static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}/{name}";

    /// <summary>Modified UTF-7 (RFC 3501 section 5.1.3); a name that is not that is returned as it stands.</summary>
    public static string DecodeUtf7(string name)
    {
        if (!name.Contains('&', StringComparison.Ordinal) || !Ascii.IsValid(name))
        {
            return name;
        }

        var decoded = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '&')
            {
                decoded.Append(name[i]);
                continue;
            }

            var end = name.IndexOf('-', i);
            if (end < 0 || DecodeShifted(name[(i + 1)..end]) is not { } text)
            {
                return name;
            }

            decoded.Append(text);
            i = end;
        }

        return decoded.ToString();
    }

    private static string? DecodeShifted(string shifted)
    {
        if (shifted.Length == 0)
        {
            return "&";
        }

        try
        {
            var padding = new string('=', (4 - (shifted.Length % 4)) % 4);
            var octets = Convert.FromBase64String(shifted.Replace(',', '/') + padding);
            return Utf16.GetString(octets, 0, octets.Length);
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
