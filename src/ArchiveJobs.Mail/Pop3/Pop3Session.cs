using System.Globalization;
using System.Net.Security;
using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;

namespace ArchiveJobs.Mail.Pop3;

/// <summary>
/// One connection to a POP3 server. Spoken here and not by MailKit, whose client collects each message in memory before it hands it over.
/// DELE is not among the commands.
/// </summary>
internal sealed class Pop3Session(MailboxConnection connection) : IDisposable
{
    private readonly LastWords _words = new();
    private CertificatePolicy _certificates = new(connection);
    private ReadAheadStream? _socket;
    private Stream? _stream;
    private Pop3LineReader? _lines;
    private volatile bool _isClosed = true;

    public MailboxConnection Connection => connection;

    public bool IsConnected => !_isClosed;

    /// <summary>RFC 2449 section 6.8: commands may be sent before the answers to earlier ones have come.</summary>
    public bool CanPipeline { get; private set; }

    public string? LastRefusal => _words.LastRefusal;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        CloseSocket();
        _certificates = new CertificatePolicy(connection);
        await GuardAsync(Conversation.Connecting, OpenAsync, cancellationToken);
        await GuardAsync(Conversation.LoggingIn, LogInAsync, cancellationToken);
    }

    /// <summary>Runs a conversation; whatever goes wrong leaves as a situation.</summary>
    public async Task<T> GuardAsync<T>(Conversation conversation, Func<CancellationToken, Task<T>> talk, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _words.Clear();
        await using var closing = cancellationToken.UnsafeRegister(state => ((Pop3Session)state!).CloseSocket(), this);
        try
        {
            return await talk(cancellationToken);
        }
        catch (Exception e) when (NetworkFailure.Concerns(e))
        {
            CloseSocketUnlessSaid(e);
            throw NetworkFailure.Translate(e, connection, conversation, _certificates, LastRefusal, cancellationToken);
        }
    }

    public Task SendAsync(string command, CancellationToken cancellationToken) =>
        StreamOrThrow().WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken).AsTask();

    /// <summary>The text behind +OK; null after -ERR, whose words are then in <see cref="LastRefusal"/>.</summary>
    public async Task<string?> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        var line = await LinesOrThrow().ReadLineAsync(cancellationToken);
        _words.Clear();
        _words.Add(line);
        if (line.AsSpan().StartsWith("+OK"u8))
        {
            return Encoding.UTF8.GetString(line.AsSpan(3)).Trim();
        }

        return line.AsSpan().StartsWith("-ERR"u8) ? null : throw new MailServerException("The server's answer is neither +OK nor -ERR.");
    }

    /// <returns>The lines of a multi-line answer; null after -ERR.</returns>
    public async Task<IReadOnlyList<string>?> AskForLinesAsync(string command, CancellationToken cancellationToken)
    {
        await SendAsync(command, cancellationToken);
        if (await ReadAnswerAsync(cancellationToken) is null)
        {
            return null;
        }

        var lines = new List<string>();
        while (true)
        {
            var line = await LinesOrThrow().ReadLineAsync(cancellationToken);
            if (line is [(byte)'.'])
            {
                return lines;
            }

            lines.Add(Encoding.Latin1.GetString(line is [(byte)'.', ..] ? line.AsSpan(1) : line));
        }
    }

    public Task ReadMessageAsync(Action<ReadOnlySpan<byte>> take, CancellationToken cancellationToken) =>
        LinesOrThrow().ReadMessageAsync(take, cancellationToken);

    public void CloseSocket()
    {
        _isClosed = true;
        _socket?.Dispose();
    }

    /// <summary>QUIT: the server releases its lock on the mailbox. Never throws.</summary>
    public async Task DisconnectAsync()
    {
        if (IsConnected)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await SendAsync("QUIT", limit.Token);
                await ReadAnswerAsync(limit.Token);
            }
            catch (Exception e) when (NetworkFailure.Concerns(e))
            {
                // The work is done; a server that does not say goodbye changes nothing.
            }
        }

        CloseSocket();
    }

    public void Dispose()
    {
        CloseSocket();
        _stream?.Dispose();
    }

    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        _socket = await ServerConnection.OpenAsync(connection, cancellationToken);
        _isClosed = false;
        Use(_socket);
        if (connection.Security == ConnectionSecurity.Tls)
        {
            await EncryptAsync(cancellationToken);
        }

        if (await ReadAnswerAsync(cancellationToken) is null)
        {
            throw new MailServerException("The server refuses to talk.");
        }

        if (connection.Security == ConnectionSecurity.StartTls)
        {
            await SendAsync("STLS", cancellationToken);
            if (await ReadAnswerAsync(cancellationToken) is null)
            {
                throw new NotSupportedException("The server does not offer STLS.");
            }

            // Words sent before the encryption began could come from anybody on the way (RFC 2595 section 4).
            if (_lines!.Buffered > 0 || _socket.Buffered > 0)
            {
                throw new MailServerException("The server spoke on before the encryption began.");
            }

            await EncryptAsync(cancellationToken);
        }

        return true;
    }

    private async Task EncryptAsync(CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(_socket!, leaveInnerStreamOpen: false, _certificates.Accept);
        Use(encrypted);
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = connection.Host, EnabledSslProtocols = CertificatePolicy.Protocols },
            cancellationToken);
    }

    private async Task<bool> LogInAsync(CancellationToken cancellationToken)
    {
        var capabilities = await AskForLinesAsync("CAPA", cancellationToken) ?? [];
        CanPipeline = capabilities.Contains("PIPELINING", StringComparer.OrdinalIgnoreCase);
        var offersPlain = capabilities.Any(line => line.StartsWith("SASL ", StringComparison.OrdinalIgnoreCase)
            && line.Split(' ').Contains("PLAIN", StringComparer.OrdinalIgnoreCase));
        if (offersPlain)
        {
            var response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{connection.User}\0{connection.Password}"));
            await SendAsync("AUTH PLAIN", cancellationToken);
            var prompt = await LinesOrThrow().ReadLineAsync(cancellationToken);
            if (prompt is not [(byte)'+', ..])
            {
                _words.Add(prompt);
                throw new MailServerException("The login was refused.", isLogin: true);
            }

            await SendAsync(response, cancellationToken);
            return await ReadLoginAnswerAsync(cancellationToken);
        }

        await SendAsync($"USER {OneLine(connection.User)}", cancellationToken);
        await ReadLoginAnswerAsync(cancellationToken);
        await SendAsync($"PASS {OneLine(connection.Password)}", cancellationToken);
        return await ReadLoginAnswerAsync(cancellationToken);
    }

    private async Task<bool> ReadLoginAnswerAsync(CancellationToken cancellationToken) => await ReadAnswerAsync(cancellationToken) is not null
        ? true
        : throw new MailServerException("The login was refused.", isLogin: true);

    // A line end in a user name or password would be another command.
    private static string OneLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') < 0
        ? text
        : throw new MailServerException("User name and password must be of one line.", isLogin: true);

    private void Use(Stream stream)
    {
        _stream = stream;
        _lines = new Pop3LineReader(stream);
    }

    private Stream StreamOrThrow() => IsConnected ? _stream! : throw NotConnected();

    private Pop3LineReader LinesOrThrow() => IsConnected ? _lines! : throw NotConnected();

    private ArchiveException NotConnected() => new(
        new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork).With("host", connection.Host),
        string.Create(CultureInfo.InvariantCulture, $"Not connected to {connection.Host}:{connection.Port}."));

    private void CloseSocketUnlessSaid(Exception e)
    {
        // After a situation of our own the conversation is still in step; after anything else nobody knows.
        if (e is not ArchiveException)
        {
            CloseSocket();
        }
    }
}
