using System.Threading.Channels;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Net;

/// <summary>
/// Between the thread that reads from a server and the consumer: at most 64 items wait. When the consumer is slow the reading thread
/// blocks, the kernel's buffers fill and the server waits: that is the back-pressure.
/// </summary>
internal sealed class FetchQueue : IDisposable
{
    private const int MostWaiting = 64;

    private readonly Channel<FetchedItem> _items = Channel.CreateUnbounded<FetchedItem>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _room = new(MostWaiting);
    private readonly CancellationTokenSource _canceling;

    public FetchQueue(CancellationToken cancellationToken)
    {
        _canceling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _canceling.Token;
    }

    /// <summary>Canceled when the consumer gives up.</summary>
    public CancellationToken Token { get; }

    /// <summary>Blocks the reading thread while the queue is full; it is a thread of its own, never one of the pool.</summary>
    public void Add(FetchedItem item)
    {
        try
        {
            _room.Wait(Token);
        }
        catch (OperationCanceledException)
        {
            item.Octets?.Dispose();
            throw;
        }

        Publish(item);
    }

    public async Task AddAsync(FetchedItem item)
    {
        try
        {
            await _room.WaitAsync(Token);
        }
        catch (OperationCanceledException)
        {
            item.Octets?.Dispose();
            throw;
        }

        Publish(item);
    }

    /// <summary>No more will come; with a failure the consumer meets it after the last item.</summary>
    public void Complete(Exception? failure) => _items.Writer.TryComplete(failure);

    /// <summary>What the reading thread adds, to its end; a consumer that leaves earlier ends the reading as well.</summary>
    /// <param name="reading">Ends after <see cref="Complete"/>.</param>
    /// <param name="closeSocket">The rest of an answer is not worth reading.</param>
    public async IAsyncEnumerable<FetchedItem> ReadAllAsync(Task reading, Action closeSocket)
    {
        var isDrained = false;
        try
        {
            await foreach (var item in ReadItemsAsync())
            {
                yield return item;
            }

            isDrained = true;
        }
        finally
        {
            if (!isDrained)
            {
                await _canceling.CancelAsync();
                closeSocket();
            }

            await reading;
        }
    }

    private async IAsyncEnumerable<FetchedItem> ReadItemsAsync()
    {
        while (await _items.Reader.WaitToReadAsync(Token))
        {
            while (_items.Reader.TryRead(out var item))
            {
                _room.Release();
                yield return item;
            }
        }
    }

    /// <summary>Only after the reading thread has ended.</summary>
    public void Dispose()
    {
        while (_items.Reader.TryRead(out var item))
        {
            item.Octets?.Dispose();
        }

        _canceling.Dispose();
        _room.Dispose();
    }

    private void Publish(FetchedItem item)
    {
        if (!_items.Writer.TryWrite(item))
        {
            item.Octets?.Dispose();
        }
    }
}
