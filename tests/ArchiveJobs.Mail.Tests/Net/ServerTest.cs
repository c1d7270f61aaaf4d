using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using ArchiveJobs.TestKit.Messages;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.Mail.Tests.Net;

/// <summary>What tests against a private Dovecot have in common.</summary>
public abstract class ServerTest
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected InMemoryBuffers Buffers { get; init; } = new();

    protected static async Task<DovecotServer> StartServerAsync(DovecotOptions? options = null)
    {
        Assert.SkipWhen(DovecotServer.Missing is not null && !DovecotServer.IsRequired, DovecotServer.Missing ?? "");
        return await DovecotServer.StartAsync(options);
    }

    protected static MailboxConnection To(DovecotServer server, string user = "anna") => new()
    {
        Kind = "imap",
        Host = server.Host,
        Port = server.ImapPort,
        Security = ConnectionSecurity.None,
        User = user,
        Password = DovecotServer.Password,
        Timeout = TimeSpan.FromSeconds(30),
    };

    protected IMailboxSource Open(MailboxConnection connection) =>
        NetworkSourcesRegistration.All(Buffers).Single(source => source.Kind == connection.Kind).Open(connection);

    protected async Task<IMailboxSource> ConnectAsync(MailboxConnection connection)
    {
        var mailbox = Open(connection);
        await mailbox.ConnectAsync(Cancellation);
        return mailbox;
    }

    protected static async Task<IFolderReader> OpenFolderAsync(IMailboxSource mailbox, string path)
    {
        var folders = await mailbox.ListFoldersAsync(Cancellation);
        return await mailbox.OpenFolderAsync(folders.Single(folder => folder.Path == path), Cancellation);
    }

    /// <summary>Reads everything in one folder and disposes the buffers; octets by their order of arrival.</summary>
    protected static async Task<IReadOnlyList<Read>> ReadAllAsync(IFolderReader reader, IReadOnlyList<SourceItem>? items = null)
    {
        var all = new List<Read>();
        await foreach (var fetched in reader.ReadAsync(items ?? await reader.ListAsync(new UidSet(), Cancellation), Cancellation))
        {
            all.Add(new Read(fetched.Item, fetched.Outcome, TextOf(fetched.Octets), fetched.Failure?.Key));
            fetched.Octets?.Dispose();
        }

        return all;
    }

    protected async Task<ArchiveException> FailsToConnectAsync(MailboxConnection connection)
    {
        await using var mailbox = Open(connection);
        return await Assert.ThrowsAsync<ArchiveException>(() => mailbox.ConnectAsync(Cancellation));
    }

    /// <summary>A small message with LF line ends, as servers keep it in files.</summary>
    protected static byte[] Message(string subject, string body = "Hello\n") =>
        Encoding.UTF8.GetBytes($"From: anna@example.org\nTo: ben@example.org\nSubject: {subject}\nMessage-ID: <{subject}@example.org>\n\n{body}");

    /// <summary>The octets as the server sends them: line ends are CRLF.</summary>
    protected static string AsSent(byte[] message) => Encoding.Latin1.GetString(message).Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string? TextOf(MessageBuffer? buffer)
    {
        if (buffer is null)
        {
            return null;
        }

        using var octets = new MemoryStream();
        using (var stream = buffer.OpenRead())
        {
            stream.CopyTo(octets);
        }

        Assert.Equal(ContentId.Of(octets.ToArray()), buffer.Id);
        return Encoding.Latin1.GetString(octets.ToArray());
    }

    /// <param name="Octets">One character an octet.</param>
    protected sealed record Read(SourceItem Item, FetchOutcome Outcome, string? Octets, string? Failure);
}
