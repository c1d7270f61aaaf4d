using System.Globalization;

namespace ArchiveJobs.Mail.Files;

/// <summary>File names of a Maildir: unique name, ":2,", flag letters.</summary>
internal static class MaildirFlags
{
    // ';' and '!' stand for ':' on file systems that do not allow it.
    private static readonly string[] Separators = [":2,", ";2,", "!2,"];

    public static (string Unique, string Letters) Split(string fileName)
    {
        foreach (var separator in Separators)
        {
            var at = fileName.LastIndexOf(separator, StringComparison.Ordinal);
            if (at > 0)
            {
                return (fileName[..at], fileName[(at + separator.Length)..]);
            }
        }

        return (fileName, "");
    }

    /// <param name="keywords">Names for the letters a to z, as the server wrote them beside the mail.</param>
    public static string ToImap(string letters, IReadOnlyDictionary<char, string> keywords) =>
        letters.Length == 0 ? "" : string.Join(' ', letters.Select(letter => Flag(letter, keywords)).Where(flag => flag.Length > 0).Distinct());

    /// <summary>Lines such as "0 $Junk" of the file dovecot-keywords; empty when there is none.</summary>
    public static IReadOnlyDictionary<char, string> ReadKeywords(string directory)
    {
        var keywords = new Dictionary<char, string>();
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(directory, "dovecot-keywords")).Take(26))
            {
                if (line.Split(' ', 2) is [var number, var name] && int.TryParse(number, CultureInfo.InvariantCulture, out var index) && index is >= 0 and < 26)
                {
                    keywords[(char)('a' + index)] = name;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Keywords are a nicety; the mail is archived without them.
        }

        return keywords;
    }

    private static string Flag(char letter, IReadOnlyDictionary<char, string> keywords) => letter switch
    {
        'D' => "\\Draft",
        'F' => "\\Flagged",
        'P' => "$Forwarded",
        'R' => "\\Answered",
        'S' => "\\Seen",
        'T' => "\\Deleted",
        _ => keywords.GetValueOrDefault(letter, ""),
    };
}
