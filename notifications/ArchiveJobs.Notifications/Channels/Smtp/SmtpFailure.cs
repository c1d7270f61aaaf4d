using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using SystemAuthenticationException = System.Security.Authentication.AuthenticationException;

namespace ArchiveJobs.Notifications.Channels.Smtp;

/// <summary>Translates what sockets, TLS and the mail library throw into results: the one place that knows their exceptions.</summary>
internal static class SmtpFailure
{
    private const int MaxWords = 300;

    /// <summary>True for everything a server or the way to it can cause.</summary>
    public static bool Concerns(Exception e) => e is SocketException or IOException or TimeoutException or SystemAuthenticationException
        or AuthenticationException or SslHandshakeException or CommandException or ProtocolException or NotSupportedException
        or ServiceNotConnectedException or ServiceNotAuthenticatedException or OperationCanceledException or ObjectDisposedException;

    public static DeliveryResult Translate(Exception e, bool hasRefusedCertificate, bool isLoggingIn)
    {
        var words = Shorten(e.Message);
        return e switch
        {
            _ when hasRefusedCertificate => Permanent(DeliveryReasons.CertificateRefused, words),
            AuthenticationException login => OfLogin(login),
            ServiceNotAuthenticatedException => Permanent(DeliveryReasons.LoginRefused, words),
            SmtpCommandException command => OfCommand(command.StatusCode, Shorten($"{(int)command.StatusCode} {command.Message}")),
            NotSupportedException => Permanent(isLoggingIn ? DeliveryReasons.LoginNotOffered : DeliveryReasons.NoEncryption, words),
            OperationCanceledException or TimeoutException => Temporary(DeliveryReasons.HostTimeout, "No answer in time."),
            SslHandshakeException or SystemAuthenticationException when SocketErrorOf(e) is null => OfHandshake(e, words),
            _ => Temporary(OfSocket(SocketErrorOf(e)), words),
        };
    }

    /// <summary>RFC 5321 section 4.2.1: 4yz may succeed later, 5yz does not.</summary>
    public static bool IsTemporary(SmtpStatusCode code) => (int)code is >= 400 and < 500;

    public static string Shorten(string words) => words.Length <= MaxWords ? words : words[..MaxWords];

    private static DeliveryResult OfCommand(SmtpStatusCode code, string words) => IsTemporary(code)
        ? Temporary(DeliveryReasons.Deferred, words)
        : code == SmtpStatusCode.AuthenticationRequired
            ? Permanent(DeliveryReasons.LoginRefused, words)
            : Permanent(DeliveryReasons.Rejected, words);

    // A login may also be put off (454, RFC 4954 section 6); the library keeps the answer as inner exception.
    private static DeliveryResult OfLogin(AuthenticationException e)
    {
        var answer = e.InnerException as SmtpCommandException;
        var words = Shorten(answer is null ? e.Message : $"{(int)answer.StatusCode} {answer.Message}");
        return answer is not null && IsTemporary(answer.StatusCode)
            ? Temporary(DeliveryReasons.Deferred, words)
            : Permanent(DeliveryReasons.LoginRefused, words);
    }

    private static DeliveryResult OfHandshake(Exception e, string words) => e.InnerException is IOException
        ? Temporary(DeliveryReasons.Dropped, words)
        : Permanent(DeliveryReasons.NoEncryption, words);

    private static string OfSocket(SocketError? error) => error switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => DeliveryReasons.HostUnknown,
        SocketError.ConnectionRefused => DeliveryReasons.HostRefused,
        SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
            => DeliveryReasons.HostTimeout,
        _ => DeliveryReasons.Dropped,
    };

    private static SocketError? SocketErrorOf(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is SocketException socket)
            {
                return socket.SocketErrorCode;
            }
        }

        return null;
    }

    private static DeliveryResult Temporary(string reason, string words) => new(DeliveryOutcome.Temporary, reason, words);

    private static DeliveryResult Permanent(string reason, string words) => new(DeliveryOutcome.Permanent, reason, words);
}
