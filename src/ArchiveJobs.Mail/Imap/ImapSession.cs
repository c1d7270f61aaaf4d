using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using MailKit.Net.Imap;
using MailKit.Security;

namespace ArchiveJobs.Mail.Imap;

/// <summary>One connection to an IMAP server, which can be made again after it broke.</summary>
internal sealed class ImapSession(MailboxConnection connection) : IDisposable
{
    private readonly LastWords _words = new();
    private CertificatePolicy _certificates = new(connection);
    private RawImapClient? _client;
    private ReadAheadStream? _stream;
    private volatile bool _isClosed;

    public MailboxConnection Connection => connection;

    /// <exception cref="ArchiveException">Not connected (server.dropped).</exception>
    public RawImapClient Client => IsConnected
        ? _client!
        : throw new ArchiveException(new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork).With("host", connection.Host), "Not connected.");

    public bool IsConnected => !_isClosed && _client is { IsConnected: true };

    /// <summary>What the server gave as the reason of its last NO, BAD or BYE.</summary>
    public string? LastRefusal => _words.LastRefusal;

    /// <summary>Drops what there was, connects and logs in.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Abort();
        _certificates = new CertificatePolicy(connection);
        await GuardAsync(Conversation.Connecting, OpenAsync, cancellationToken);
        await GuardAsync(Conversation.LoggingIn, LogInAsync, cancellationToken);
    }

    /// <summary>Runs a conversation; whatever goes wrong leaves as a situation.</summary>
    public async Task<T> GuardAsync<T>(Conversation conversation, Func<CancellationToken, Task<T>> talk, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _words.Clear();

        // MailKit looks at the token between two reads; closing the socket ends a read that is under way.
        await using var closing = cancellationToken.UnsafeRegister(state => ((ImapSession)state!).CloseSocket(), this);
        try
        {
            return await talk(cancellationToken);
        }
        catch (Exception e) when (NetworkFailure.Concerns(e))
        {
            if (e is not (ArchiveException or AuthenticationException or ImapCommandException or MailKit.FolderNotFoundException))
            {
                CloseSocket(); // Nobody knows which answer comes next.
            }

            throw NetworkFailure.Translate(e, connection, conversation, _certificates, LastRefusal, cancellationToken);
        }
    }

    /// <summary>Closes the socket under whoever reads from it.</summary>
    public void CloseSocket()
    {
        _isClosed = true;
        _stream?.Dispose();
    }

    /// <summary>Says goodbye if the server still listens. Never throws.</summary>
    public async Task DisconnectAsync()
    {
        if (IsConnected && _client is { } client)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await client.DisconnectAsync(quit: true, limit.Token);
            }
            catch (Exception e) when (NetworkFailure.Concerns(e))
            {
                // The work is done; a server that does not say goodbye changes nothing.
            }
        }

        Abort();
    }

    public void Dispose() => Abort();

    private void Abort()
    {
        CloseSocket();
        _client?.Dispose();
        _client = null;
        _stream = null;
    }

    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        _stream = await ServerConnection.OpenAsync(connection, cancellationToken);
        _isClosed = false;
        _client = new RawImapClient(_words)
        {
            Timeout = (int)connection.Timeout.TotalMilliseconds,
            CheckCertificateRevocation = false,
            SslProtocols = CertificatePolicy.Protocols,
            ServerCertificateValidationCallback = _certificates.Accept,
        };
        var security = connection.Security switch
        {
            ConnectionSecurity.Tls => SecureSocketOptions.SslOnConnect,
            ConnectionSecurity.StartTls => SecureSocketOptions.StartTls, // Not "when available": without it no password is sent.
            _ => SecureSocketOptions.None,
        };
        await _client.ConnectAsync(_stream, connection.Host, connection.Port, security, cancellationToken);
        return true;
    }

    // One mechanism, one try: MailKit by itself goes on to the next one, and several failures in a row lock accounts out.
    private async Task<bool> LogInAsync(CancellationToken cancellationToken)
    {
        var client = Client;
        if (ChooseMechanism(client) is { } mechanism)
        {
            await client.AuthenticateAsync(mechanism, cancellationToken);
            return true;
        }

        client.AuthenticationMechanisms.Clear(); // What is left is the LOGIN command.
        await client.AuthenticateAsync(connection.User, connection.Password, cancellationToken);
        return true;
    }

    private SaslMechanism? ChooseMechanism(RawImapClient client)
    {
        var offered = client.AuthenticationMechanisms;
        if (offered.Contains("PLAIN"))
        {
            return new SaslMechanismPlain(connection.User, connection.Password);
        }

        if (!client.Capabilities.HasFlag(ImapCapabilities.LoginDisabled))
        {
            return null;
        }

        if (offered.Contains("SCRAM-SHA-256"))
        {
            return new SaslMechanismScramSha256(connection.User, connection.Password);
        }

        return offered.Contains("CRAM-MD5") ? new SaslMechanismCramMd5(connection.User, connection.Password) : null;
    }
}
