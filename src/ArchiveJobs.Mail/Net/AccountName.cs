using System.Globalization;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Net;

/// <summary>Names an account on a server, the same in every run: the cursors hang on it.</summary>
internal static class AccountName
{
    /// <summary>For example imap://user@host:143. The host is written in lower case; the user as given, servers may tell case apart.</summary>
    public static string Of(MailboxConnection connection) =>
        string.Create(CultureInfo.InvariantCulture, $"{connection.Kind}://{connection.User}@{connection.Host.ToLowerInvariant()}:{connection.Port}");
}
