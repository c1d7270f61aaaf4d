using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;

namespace ArchiveJobs.Mail.Imap;

/// <summary>One IMAP account, read over one connection.</summary>
internal sealed class ImapMailboxSource(MailboxConnection connection, IMessageBuffers buffers) : IMailboxSource
{
    private readonly ImapSession _session = new(connection);

    public string Account { get; } = AccountName.Of(connection);

    public async Task<IReadOnlyList<string>> ConnectAsync(CancellationToken cancellationToken)
    {
        await _session.ConnectAsync(cancellationToken);
        return StandingWarnings.Of(connection);
    }

    public Task<IReadOnlyList<SourceFolder>> ListFoldersAsync(CancellationToken cancellationToken) =>
        _session.GuardAsync(Conversation.Working, token => ImapFolders.ListAsync(_session.Client, token), cancellationToken);

    public Task<IReadOnlyList<FolderStatus?>> ReadStatusAsync(IReadOnlyList<SourceFolder> folders, CancellationToken cancellationToken) =>
        _session.GuardAsync(Conversation.Working, token => ImapFolders.ReadStatusAsync(_session.Client, folders, token), cancellationToken);

    public async Task<IFolderReader> OpenFolderAsync(SourceFolder folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!_session.IsConnected)
        {
            // A reader that was left in the middle of a fetch takes its connection along.
            await _session.ConnectAsync(cancellationToken);
        }

        var reader = new ImapFolderReader(_session, buffers, folder);
        await reader.OpenAsync(cancellationToken);
        return reader;
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisconnectAsync();
        _session.Dispose();
    }
}
