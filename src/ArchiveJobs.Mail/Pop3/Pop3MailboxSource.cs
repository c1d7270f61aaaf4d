using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;

namespace ArchiveJobs.Mail.Pop3;

/// <summary>One POP3 account: a single folder, INBOX, whose items are named by UIDL.</summary>
internal sealed class Pop3MailboxSource(MailboxConnection connection, IMessageBuffers buffers) : IMailboxSource
{
    private readonly Pop3Session _session = new(connection);

    public string Account { get; } = AccountName.Of(connection);

    public async Task<IReadOnlyList<string>> ConnectAsync(CancellationToken cancellationToken)
    {
        await _session.ConnectAsync(cancellationToken);
        return StandingWarnings.Of(connection);
    }

    public Task<IReadOnlyList<SourceFolder>> ListFoldersAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<SourceFolder>>([new SourceFolder("INBOX", SpecialUse.Inbox, true, null)]);
    }

    public async Task<IReadOnlyList<FolderStatus?>> ReadStatusAsync(IReadOnlyList<SourceFolder> folders, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var listing = await _session.GuardAsync(Conversation.Working, token => Pop3Listing.ReadAsync(_session, token), cancellationToken);
        return [.. folders.Select(folder => folder.Path == "INBOX" ? listing.Status : (FolderStatus?)null)];
    }

    public async Task<IFolderReader> OpenFolderAsync(SourceFolder folder, CancellationToken cancellationToken)
    {
        if (!_session.IsConnected)
        {
            await _session.ConnectAsync(cancellationToken);
        }

        var listing = await _session.GuardAsync(Conversation.Working, token => Pop3Listing.ReadAsync(_session, token), cancellationToken);
        return new Pop3FolderReader(_session, buffers, listing);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisconnectAsync();
        _session.Dispose();
    }
}
