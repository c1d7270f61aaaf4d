using System.Runtime.CompilerServices;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;

namespace ArchiveJobs.Mail.Pop3;

/// <summary>The INBOX of a POP3 account.</summary>
internal sealed class Pop3FolderReader(Pop3Session session, IMessageBuffers buffers, Pop3Listing listing) : IFolderReader
{
    public FolderStatus Status => listing.Status;

    public Task<IReadOnlyList<SourceItem>> ListAsync(UidSet known, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<SourceItem>>(listing.Items);
    }

    public async IAsyncEnumerable<FetchedItem> ReadAsync(
        IReadOnlyList<SourceItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var queue = new FetchQueue(cancellationToken);

        // A thread of its own to begin with: making a buffer may block.
        var pump = Task.Factory.StartNew(
            () => new Pop3Fetch(session, buffers, listing, queue).RunAsync(items), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        var isDrained = false;
        try
        {
            await foreach (var item in queue.ReadAllAsync())
            {
                yield return item;
            }

            isDrained = true;
        }
        finally
        {
            if (!isDrained)
            {
                queue.Cancel();
                session.CloseSocket();
            }

            await pump;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
