using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;

namespace ArchiveJobs.Mail.Pop3;

/// <summary>
/// Reads messages by RETR, up to 16 asked for ahead where the server allows it. A message that the server refuses, or at which the connection
/// breaks twice, has failed; the others go on.
/// </summary>
internal sealed class Pop3Fetch(Pop3Session session, IMessageBuffers buffers, Pop3Listing listing, FetchQueue queue)
{
    private const int MostAskedAhead = 16;
    private const int MostBreaksInARow = 3;

    private Pop3Listing _listing = listing;
    private int _breaksInARow;

    /// <summary>Failures of the network and the server reach the consumer through the queue.</summary>
    public async Task RunAsync(IReadOnlyList<SourceItem> items)
    {
        try
        {
            var next = 0;
            SourceItem? suspect = null;
            while (next < items.Count)
            {
                var (done, broke) = await ReadFromAsync(items, next, alone: suspect is not null);
                next += done;
                if (broke is not null)
                {
                    (next, suspect) = await GoOnAfterAsync(broke, items, next, suspect);
                }
                else
                {
                    suspect = null;
                }
            }

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

    private async Task<(int Next, SourceItem? Suspect)> GoOnAfterAsync(ArchiveException broke, IReadOnlyList<SourceItem> items, int next, SourceItem? suspect)
    {
        if (broke.Situation.Class != ErrorClass.TransientNetwork || ++_breaksInARow > MostBreaksInARow * 2)
        {
            throw broke;
        }

        await ReconnectAsync(broke);
        if (suspect?.Name != items[next].Name)
        {
            return (next, items[next]);
        }

        await queue.AddAsync(ItemFailures.Unreadable(items[next], "INBOX", session.Connection, broke.Situation.ServerWords ?? broke.Message));
        return (next + 1, null);
    }

    private async Task ReconnectAsync(ArchiveException broke)
    {
        try
        {
            await session.ConnectAsync(queue.Token);
            _listing = await session.GuardAsync(Conversation.Working, token => Pop3Listing.ReadAsync(session, token), queue.Token);
        }
        catch (ArchiveException e) when (e.Situation.Class == ErrorClass.TransientNetwork && e.Situation.Key != SituationKeys.ServerUnavailable)
        {
            throw new ArchiveException(broke.Situation, broke.Message, e);
        }
    }

    /// <returns>How many items were decided about, and why it stopped before the end.</returns>
    private async Task<(int Done, ArchiveException? Broke)> ReadFromAsync(IReadOnlyList<SourceItem> items, int first, bool alone)
    {
        var done = 0;
        try
        {
            var last = alone ? first + 1 : items.Count;
            var ahead = session.CanPipeline && !alone ? MostAskedAhead : 1;
            var asked = first;
            await session.GuardAsync(Conversation.Working, async token =>
            {
                for (var i = first; i < last; i++)
                {
                    while (asked < last && asked < i + ahead)
                    {
                        await AskAsync(items[asked++], token);
                    }

                    await queue.AddAsync(await ReadAsync(items[i], token));
                    done++;
                }

                return true;
            }, queue.Token);
            return (done, null);
        }
        catch (ArchiveException e) when (e.Situation.Class is ErrorClass.TransientNetwork or ErrorClass.Throttled)
        {
            return (done, e);
        }
        finally
        {
            _breaksInARow = done > 0 ? 0 : _breaksInARow;
        }
    }

    private Task AskAsync(SourceItem item, CancellationToken cancellationToken) => NumberToAsk(item) is { } number
        ? session.SendAsync(string.Create(CultureInfo.InvariantCulture, $"RETR {number}"), cancellationToken)
        : Task.CompletedTask;

    private int? NumberToAsk(SourceItem item) => item.Size > session.Connection.MaxMessageOctets ? null : _listing.NumberOf(item);

    private async Task<FetchedItem> ReadAsync(SourceItem item, CancellationToken cancellationToken)
    {
        if (item.Size > session.Connection.MaxMessageOctets)
        {
            return ItemFailures.TooLarge(item, "INBOX", item.Size, session.Connection);
        }

        if (_listing.NumberOf(item) is null)
        {
            return new FetchedItem(item, FetchOutcome.Vanished, null, null);
        }

        if (await session.ReadAnswerAsync(cancellationToken) is null)
        {
            return ItemFailures.Unreadable(item, "INBOX", session.Connection, session.LastRefusal ?? "The server refused the message.");
        }

        return await ReadOctetsAsync(item, cancellationToken);
    }

    private async Task<FetchedItem> ReadOctetsAsync(SourceItem item, CancellationToken cancellationToken)
    {
        var limit = session.Connection.MaxMessageOctets;
        long size = 0;
        var buffer = buffers.Create(item.Size, cancellationToken);
        try
        {
            await session.ReadMessageAsync(
                piece =>
                {
                    size += piece.Length;
                    if (size <= limit)
                    {
                        buffer.Write(piece);
                    }
                },
                cancellationToken);
            if (size > limit)
            {
                return ItemFailures.TooLarge(item, "INBOX", size, session.Connection);
            }

            if (size == 0)
            {
                return ItemFailures.Unreadable(item, "INBOX", session.Connection, "The server sent no content.");
            }

            buffer.Complete();
            var whole = new FetchedItem(item, FetchOutcome.Delivered, buffer, null);
            buffer = null;
            return whole;
        }
        finally
        {
            buffer?.Dispose();
        }
    }
}
