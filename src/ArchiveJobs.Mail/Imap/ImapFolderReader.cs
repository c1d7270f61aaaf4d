using System.Runtime.CompilerServices;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using MailKit;
using MailKit.Net.Imap;

namespace ArchiveJobs.Mail.Imap;

/// <summary>One folder opened by EXAMINE.</summary>
internal sealed class ImapFolderReader(ImapSession session, IMessageBuffers buffers, SourceFolder folder) : IFolderReader
{
    private IMailFolder? _opened;
    private bool _isFirstOpening = true;

    public FolderStatus Status { get; private set; }

    public string Path => folder.Path;

    public ImapSession Session => session;

    public IMessageBuffers Buffers => buffers;

    /// <summary>MailKit's folder on the present connection.</summary>
    public ImapFolder Opened => (ImapFolder)(_opened ?? throw new InvalidOperationException("The folder is not open."));

    /// <summary>Opens the folder, also again after the connection was made anew.</summary>
    /// <exception cref="ArchiveException">folder.vanished; folder.renumbered when it has another UIDVALIDITY than before.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await session.GuardAsync(Conversation.Working, ExamineAsync, cancellationToken);
        var now = ImapFolders.StatusOf(Opened);
        if (!_isFirstOpening && now.UidValidity != Status.UidValidity)
        {
            throw new ArchiveException(
                new Situation(SituationKeys.FolderRenumbered, ErrorClass.SourceChanged).With("folder", folder.Path).With("mailbox", session.Connection.User),
                $"Folder {folder.Path} was renumbered while it was read.");
        }

        _isFirstOpening = false;
        Status = now;
    }

    public Task<IReadOnlyList<SourceItem>> ListAsync(UidSet known, CancellationToken cancellationToken) =>
        session.GuardAsync(Conversation.Working, token => ImapListing.ListAsync(Opened, known, token), cancellationToken);

    public async IAsyncEnumerable<FetchedItem> ReadAsync(
        IReadOnlyList<SourceItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var queue = new FetchQueue(cancellationToken);
        var reading = new ImapFetch(this, queue).RunAsync(items);
        await foreach (var item in queue.ReadAllAsync(reading, session.CloseSocket))
        {
            yield return item;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_opened is not { IsOpen: true })
        {
            return;
        }

        try
        {
            // UNSELECT or, without it, nothing: CLOSE is harmless after EXAMINE but the next EXAMINE leaves this folder as well.
            if (session.IsConnected && session.Client.Capabilities.HasFlag(ImapCapabilities.Unselect))
            {
                await _opened.CloseAsync(expunge: false, CancellationToken.None);
            }
        }
        catch (Exception e) when (NetworkFailure.Concerns(e))
        {
            // Leaving a folder can only fail with the connection, and the next use of that says so.
        }
    }

    private async Task<bool> ExamineAsync(CancellationToken cancellationToken)
    {
        try
        {
            _opened = await session.Client.GetFolderAsync(ImapFolders.NameOf(folder), cancellationToken);
            await _opened.OpenAsync(FolderAccess.ReadOnly, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is FolderNotFoundException or ImapCommandException { Response: ImapCommandResponse.No })
        {
            var temporary = Refusal.Temporary(session.LastRefusal);
            var situation = temporary ?? new Situation(SituationKeys.FolderVanished, ErrorClass.SourceChanged);
            situation = situation.With("folder", folder.Path).With("mailbox", session.Connection.User).With("host", session.Connection.Host);
            throw new ArchiveException(situation with { ServerWords = session.LastRefusal ?? e.Message }, $"Folder {folder.Path} cannot be opened.", e);
        }
    }
}
