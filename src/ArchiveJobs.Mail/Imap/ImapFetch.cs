using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using MailKit;
using MailKit.Search;

namespace ArchiveJobs.Mail.Imap;

/// <summary>
/// Reads the bodies of many items in batches. One bad message never stops the folder: what a batch did not bring is asked for again in smaller
/// ones, after a new connection if the old one broke, until the single message that the server cannot give is known.
/// </summary>
internal sealed class ImapFetch(ImapFolderReader reader, FetchQueue queue)
{
    private const int LargestBatch = 256; // Measured: 4 x one by one; 512 is no better.
    private const int Growth = 4;
    private const int MostReconnects = 64;
    private const int MostBreaksInARow = 3; // Messages that each break a connection with nothing delivered in between: then it is not the messages.

    private readonly CancellationToken _cancellationToken = queue.Token;
    private readonly Queue<SourceItem> _again = new();
    private int _batchSize = LargestBatch;
    private int _reconnects;
    private int _breaksInARow;

    /// <summary>Failures of the network and the server reach the consumer through the queue.</summary>
    public async Task RunAsync(IReadOnlyList<SourceItem> items)
    {
        try
        {
            await ReadAllAsync(items);
            queue.Complete(null);
        }
        catch (Exception e) when (NetworkFailure.Concerns(e))
        {
            queue.Complete(e);
        }
        finally
        {
            queue.Complete(null); // Whatever else happens: the consumer must not wait for ever; it meets the failure when it awaits this.
        }
    }

    private async Task ReadAllAsync(IReadOnlyList<SourceItem> items)
    {
        var next = 0;
        while (next < items.Count || _again.Count > 0)
        {
            var batch = new ImapBatch(reader, queue);
            while (batch.Count < _batchSize && (_again.Count > 0 || next < items.Count))
            {
                var item = _again.Count > 0 ? _again.Dequeue() : items[next++];
                if (item.Size > reader.Session.Connection.MaxMessageOctets)
                {
                    await queue.AddAsync(ItemFailures.TooLarge(item, reader.Path, item.Size, reader.Session.Connection));
                    continue;
                }

                batch.Add(item);
            }

            await ReadAsync(batch);
        }
    }

    private async Task ReadAsync(ImapBatch batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var asked = batch.Count;
        var broke = await batch.FetchAsync();
        var left = batch.Left;
        var progress = asked - left.Count;
        if (progress > 0)
        {
            _breaksInARow = 0;
        }

        if (left.Count == 0)
        {
            _batchSize = Math.Min(LargestBatch, _batchSize * Growth);
        }
        else if (broke is null)
        {
            await SortOutAsync(left, asked);
        }

        if (broke is not null)
        {
            await GoOnAfterAsync(broke, left, asked);
        }
    }

    // The server ended the command and left some out: gone meanwhile, or it cannot read them.
    private async Task SortOutAsync(IReadOnlyList<SourceItem> left, int asked)
    {
        var words = reader.Session.LastRefusal;
        var there = await reader.Session.GuardAsync(Conversation.Working, token => StillThereAsync(left, token), _cancellationToken);
        foreach (var item in left)
        {
            if (!there.Contains(item.Uid))
            {
                await queue.AddAsync(new FetchedItem(item, FetchOutcome.Vanished, null, null));
            }
            else if (asked == 1)
            {
                await queue.AddAsync(ItemFailures.Unreadable(item, reader.Path, reader.Session.Connection, words ?? "The server sent no content."));
            }
            else
            {
                _again.Enqueue(item);
            }
        }

        _batchSize = _again.Count > 0 ? 1 : _batchSize;
    }

    private async Task<HashSet<uint>> StillThereAsync(IReadOnlyList<SourceItem> items, CancellationToken cancellationToken)
    {
        var set = new UniqueIdSet(SortOrder.Ascending);
        foreach (var item in items)
        {
            set.Add(new UniqueId(item.Uid));
        }

        await reader.Session.Client.NoOpAsync(cancellationToken); // Lets the server notice what other clients removed.
        var found = await reader.Opened.SearchAsync(SearchQuery.Uids(set), cancellationToken);
        return [.. found.Select(uid => uid.Id)];
    }

    private async Task GoOnAfterAsync(ArchiveException broke, IReadOnlyList<SourceItem> left, int asked)
    {
        // "Internal error" may be about one message only; a server that is really out of service refuses the next login.
        if (broke.Situation.Class != ErrorClass.TransientNetwork || ++_reconnects > MostReconnects)
        {
            throw broke;
        }

        if (asked == 1 && left.Count == 1)
        {
            if (++_breaksInARow >= MostBreaksInARow)
            {
                throw broke;
            }

            await ReconnectAsync(broke);
            await queue.AddAsync(ItemFailures.Unreadable(left[0], reader.Path, reader.Session.Connection, broke.Situation.ServerWords ?? broke.Message));
        }
        else
        {
            await ReconnectAsync(broke);
            foreach (var item in left)
            {
                _again.Enqueue(item);
            }
        }

        _batchSize = 1;
    }

    private async Task ReconnectAsync(ArchiveException broke)
    {
        try
        {
            await reader.Session.ConnectAsync(_cancellationToken);
            await reader.OpenAsync(_cancellationToken);
        }
        catch (ArchiveException e) when (e.Situation.Class == ErrorClass.TransientNetwork && e.Situation.Key != SituationKeys.ServerUnavailable)
        {
            // The server is gone, not only this connection: what broke first is what a person should read.
            throw new ArchiveException(broke.Situation, broke.Message, e);
        }
    }
}
