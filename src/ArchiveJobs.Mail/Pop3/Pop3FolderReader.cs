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

        // Off the caller's thread: making a buffer may block, here for one thread of the pool per POP3 account being read.
        var reading = Task.Run(() => new Pop3Fetch(session, buffers, listing, queue).RunAsync(items), CancellationToken.None);
        await foreach (var item in queue.ReadAllAsync(reading, session.CloseSocket))
        {
            yield return item;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
