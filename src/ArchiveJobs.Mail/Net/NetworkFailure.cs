using System.Net.Sockets;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using SystemAuthenticationException = System.Security.Authentication.AuthenticationException;

namespace ArchiveJobs.Mail.Net;

/// <summary>How far a conversation with a server had come.</summary>
internal enum Conversation
{
    Connecting,
    LoggingIn,
    Working,
}

/// <summary>Translates what sockets, TLS and the mail library throw into situations: the one place that knows their exceptions.</summary>
internal static class NetworkFailure
{
    private const int ShownWords = 300;

    /// <summary>True for everything a server or the way to it can cause.</summary>
    public static bool Concerns(Exception e) => e is SocketException or IOException or SystemAuthenticationException or AuthenticationException
        or SslHandshakeException or CommandException or ProtocolException or FolderNotFoundException or ServiceNotConnectedException
        or ServiceNotAuthenticatedException or FolderNotOpenException or NotSupportedException or ObjectDisposedException
        or OperationCanceledException or ArchiveException or MailServerException or FormatException;

    /// <returns>An OperationCanceledException when the token is canceled, otherwise an ArchiveException.</returns>
    public static Exception Translate(
        Exception e, MailboxConnection connection, Conversation conversation, CertificatePolicy certificates, string? words, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException("Canceled while talking to the server.", e, cancellationToken);
        }

        if (e is ArchiveException)
        {
            return e;
        }

        words ??= (e as CommandException)?.Message;
        var situation = certificates.Refusal ?? OfException(e, connection, conversation, words);
        situation = situation.With("host", connection.Host).With("port", connection.Port).With("mailbox", connection.User);
        situation = situation with { ServerWords = Shorten(situation.ServerWords ?? words ?? e.Message) };
        return new ArchiveException(situation, $"{situation.Key} at {connection.Host}:{connection.Port}", e);
    }

    private static Situation OfException(Exception e, MailboxConnection connection, Conversation conversation, string? words) => e switch
    {
        AuthenticationException or MailServerException { IsLogin: true } => Refusal.OfLogin(words),
        NotSupportedException when conversation == Conversation.Connecting => NoEncryption(connection),
        NotSupportedException => Refusal.OfLogin(words),
        SslHandshakeException or SystemAuthenticationException => OfHandshake(e, connection),
        FolderNotFoundException => new Situation(SituationKeys.FolderVanished, ErrorClass.SourceChanged),
        ImapCommandException when conversation == Conversation.LoggingIn => Refusal.OfLogin(words),
        _ => OfBrokenConnection(e, conversation, words),
    };

    private static Situation OfBrokenConnection(Exception e, Conversation conversation, string? words)
    {
        var said = Refusal.Temporary(words);
        if (said is not null)
        {
            return said;
        }

        var key = SocketErrorOf(e) switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => SituationKeys.HostUnknown,
            SocketError.ConnectionRefused => SituationKeys.HostRefused,
            SocketError.TimedOut or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown
                when conversation != Conversation.Working => SituationKeys.HostTimeout,
            _ when conversation == Conversation.Connecting && e is CommandException => SituationKeys.ServerUnavailable,
            _ => SituationKeys.ServerDropped,
        };
        return new Situation(key, ErrorClass.TransientNetwork);
    }

    private static Situation OfHandshake(Exception e, MailboxConnection connection)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException or EndOfStreamException)
            {
                return OfBrokenConnection(inner, Conversation.Connecting, null);
            }

            // OpenSSL and SChannel have no codes that reach here; these are their texts for a version that is too old and for a peer that speaks no TLS.
            if (Says(inner, "unsupported protocol") || Says(inner, "protocol version") || Says(inner, "no protocols available") || Says(inner, "no common"))
            {
                return new Situation(SituationKeys.TlsVersion, ErrorClass.Configuration).With("offered", "TLS 1.1 or older");
            }

            if (Says(inner, "wrong version number") || Says(inner, "determine the frame size") || Says(inner, "packet length"))
            {
                return NoEncryption(connection);
            }
        }

        return e.InnerException is IOException
            ? new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork)
            : new Situation(SituationKeys.TlsVersion, ErrorClass.Configuration).With("offered", "TLS 1.1 or older");
    }

    private static Situation NoEncryption(MailboxConnection connection) => new Situation(SituationKeys.TlsNoStartTls, ErrorClass.Configuration)
        .With("tlsPort", connection.Kind == "pop3" ? 995 : 993);

    private static bool Says(Exception e, string words) => e.Message.Contains(words, StringComparison.OrdinalIgnoreCase);

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

    private static string Shorten(string words) => words.Length <= ShownWords ? words : words[..ShownWords];
}
