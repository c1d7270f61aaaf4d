using System.Globalization;
using System.Text.RegularExpressions;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Mail.Net;

/// <summary>Reads a server's refusal: the response code first (RFC 5530 for IMAP, RFC 2449 and 3206 for POP3), usual texts where there is none.</summary>
internal static partial class Refusal
{
    /// <summary>What a refused login means; <c>login.refused</c> when nothing says otherwise.</summary>
    public static Situation OfLogin(string? words) =>
        ByCode(words) ?? Temporary(words) ?? ByLoginText(words) ?? new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication);

    /// <summary>Whether the words ask for a pause or say that the server is out of service; null when neither.</summary>
    public static Situation? Temporary(string? words)
    {
        if (words is null)
        {
            return null;
        }

        if (Throttle().IsMatch(words))
        {
            return Throttled(words);
        }

        if (TooMany().IsMatch(words))
        {
            return new Situation(SituationKeys.LoginTooMany, ErrorClass.Throttled);
        }

        return Unavailable().IsMatch(words) ? new Situation(SituationKeys.ServerUnavailable, ErrorClass.TransientNetwork) : null;
    }

    /// <summary>Whether a refused command is about the pace or the server as a whole, not about what it asked for.</summary>
    public static bool AsksForPause(string? words) =>
        words is not null && (Throttle().IsMatch(words) || TooMany().IsMatch(words) || CodeOf(words) is "UNAVAILABLE" or "THROTTLED" or "LIMIT");

    private static Situation? ByCode(string? words) => CodeOf(words) switch
    {
        "AUTHENTICATIONFAILED" or "EXPIRED" or "AUTH" => new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication),
        "AUTHORIZATIONFAILED" => new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication),
        "CONTACTADMIN" => new Situation(SituationKeys.LoginLocked, ErrorClass.Authentication),
        "LIMIT" or "INUSE" or "IN-USE" => new Situation(SituationKeys.LoginTooMany, ErrorClass.Throttled),
        "THROTTLED" or "LOGIN-DELAY" => Throttled(words!),
        "UNAVAILABLE" or "SERVERBUG" or "SYS/TEMP" or "SYS/PERM" => new Situation(SituationKeys.ServerUnavailable, ErrorClass.TransientNetwork),
        _ => null,
    };

    private static Situation? ByLoginText(string? words)
    {
        if (words is null)
        {
            return null;
        }

        if (Locked().IsMatch(words))
        {
            return new Situation(SituationKeys.LoginLocked, ErrorClass.Authentication);
        }

        return NoMailbox().IsMatch(words) ? new Situation(SituationKeys.MailboxMissing, ErrorClass.Configuration) : null;
    }

    private static string? CodeOf(string? words)
    {
        if (words is null)
        {
            return null;
        }

        var match = Code().Match(words);
        return match.Success ? match.Groups[1].Value.ToUpperInvariant() : null;
    }

    // Exchange names the time: "Request is throttled. Suggested Backoff Time: 99843 milliseconds".
    private static Situation Throttled(string words)
    {
        var situation = new Situation(SituationKeys.ServerThrottled, ErrorClass.Throttled);
        var hint = Backoff().Match(words);
        return hint.Success
            ? situation.With("retryAfterSeconds", (int.Parse(hint.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 999) / 1000)
            : situation;
    }

    [GeneratedRegex(@"^\S+ \[([A-Za-z/-]+)")]
    private static partial Regex Code();

    [GeneratedRegex("backoff time: ([0-9]{1,9}) milli", RegexOptions.IgnoreCase)]
    private static partial Regex Backoff();

    [GeneratedRegex("throttl|rate.?limit|bandwidth|slow down|too many requests|too frequent", RegexOptions.IgnoreCase)]
    private static partial Regex Throttle();

    [GeneratedRegex("too many (simultaneous|concurrent|open|connections|sessions|login)|maximum number of connections|connection limit|exceeded the connection", RegexOptions.IgnoreCase)]
    private static partial Regex TooMany();

    [GeneratedRegex(@"\[UNAVAILABLE\]|temporar|service (is )?(not available|unavailable)|server (is )?(unavailable|shutting down|busy)|shutting down|internal error|try again later|maintenance", RegexOptions.IgnoreCase)]
    private static partial Regex Unavailable();

    [GeneratedRegex("(account|user|mailbox)[^.]*(locked|disabled|suspended|blocked)|(locked|disabled|suspended|blocked)[^.]*(account|user|mailbox)", RegexOptions.IgnoreCase)]
    private static partial Regex Locked();

    [GeneratedRegex("(unknown|no such) (user|mailbox|account)|(mailbox|account) (does not|doesn't) exist", RegexOptions.IgnoreCase)]
    private static partial Regex NoMailbox();
}
