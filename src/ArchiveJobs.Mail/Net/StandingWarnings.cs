using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Net;

/// <summary>What a person should be told at every connection with these settings.</summary>
internal static class StandingWarnings
{
    public static IReadOnlyList<string> Of(MailboxConnection connection)
    {
        if (connection is { IgnoreCertificate: true, Security: not ConnectionSecurity.None })
        {
            return [$"The certificate of {connection.Host} is not checked: anybody on the way can read the mail and the password."];
        }

        return [];
    }
}
