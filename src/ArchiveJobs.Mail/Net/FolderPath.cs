namespace ArchiveJobs.Mail.Net;

/// <summary>Paths as the archive writes them: names joined by '/', a '/' inside a name as %2F, a '%' as %25.</summary>
internal static class FolderPath
{
    /// <param name="separator">The server's; '\0' when it has no hierarchy.</param>
    public static string FromServer(string fullName, char separator)
    {
        if (string.Equals(fullName, "INBOX", StringComparison.OrdinalIgnoreCase))
        {
            return "INBOX"; // RFC 9051 section 5.1: the one name without case.
        }

        return separator == '\0' ? Escape(fullName) : string.Join('/', fullName.Split(separator).Select(Escape));
    }

    private static string Escape(string name) => name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
