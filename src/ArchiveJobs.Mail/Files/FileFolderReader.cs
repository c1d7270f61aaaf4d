using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

internal sealed class FileFolderReader(IFileFolder folder, FolderStatus status) : IFolderReader
{
    private const int ItemsAhead = 64; // Their octets are bounded by the buffers of the host; this bounds open handles and small items.

    public FolderStatus Status => status;

    public Task<IReadOnlyList<SourceItem>> ListAsync(UidSet known, CancellationToken cancellationToken) =>
        Task.Run(() => folder.List(cancellationToken), cancellationToken);

    public async IAsyncEnumerable<FetchedItem> ReadAsync(IReadOnlyList<SourceItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<FetchedItem>(new BoundedChannelOptions(ItemsAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAheadAsync(items, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
            while (channel.Reader.TryRead(out var left))
            {
                left.Octets?.Dispose();
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Never fails itself: whatever stops it comes out at the reading end of the channel.</summary>
    private async Task ReadAheadAsync(IReadOnlyList<SourceItem> items, ChannelWriter<FetchedItem> ahead, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        FetchedItem read = default;
        try
        {
            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                read = folder.Read(item, cancellationToken);
                await ahead.WriteAsync(read, cancellationToken);
                read = default;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ArchiveException or IOException or UnauthorizedAccessException)
        {
            failure = e;
        }
        finally
        {
            read.Octets?.Dispose();
            ahead.Complete(failure);
        }
    }
}
