using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using MailKit;
using MailKit.Net.Imap;

namespace ArchiveJobs.Mail.Imap;

/// <summary>One UID FETCH of up to 256 bodies (BODY.PEEK[]), delivered as they arrive.</summary>
internal sealed class ImapBatch(ImapFolderReader reader, FetchQueue queue)
{
    private readonly SortedDictionary<uint, SourceItem> _left = [];
    private FetchedItem? _held;

    public int Count => _left.Count;

    /// <summary>Items that did not come, ascending.</summary>
    public IReadOnlyList<SourceItem> Left => [.. _left.Values];

    public void Add(SourceItem item) => _left[item.Uid] = item;

    /// <returns>Why the connection broke; null when the server ended the command, with OK or NO.</returns>
    /// <exception cref="ArchiveException">The buffers refuse (StoreFull).</exception>
    public async Task<ArchiveException?> FetchAsync()
    {
        try
        {
            // A thread of its own: making a buffer and handing it over may block for as long as the consumer is slow.
            await reader.Session.GuardAsync(
                Conversation.Working,
                token => Task.Factory.StartNew(() => Fetch(token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default),
                queue.Token);
            return null;
        }
        catch (ArchiveException e) when (e.Situation.Class is not (Core.Situations.ErrorClass.StoreFull or Core.Situations.ErrorClass.StoreReadOnly))
        {
            return e;
        }
        finally
        {
            Drop();
        }
    }

    private bool Fetch(CancellationToken cancellationToken)
    {
        var client = reader.Session.Client;
        UniqueIdSet uids = [.. _left.Keys.Select(uid => new UniqueId(uid))];
        client.Bodies = length => Take(length, cancellationToken);
        try
        {
            reader.Opened.GetStreams(uids, Deliver, cancellationToken);
        }
        catch (ImapCommandException e) when (e.Response == ImapCommandResponse.No && !Refusal.AsksForPause(reader.Session.LastRefusal))
        {
            // NO after the bodies: some could not be read (RFC 9051 section 6.4.5). Those that came are whole.
        }
        catch (ArchiveException)
        {
            reader.Session.CloseSocket(); // No room for the body: the rest of the answer is not worth reading.
            throw;
        }
        finally
        {
            client.Bodies = null;
        }

        Release();
        return true;
    }

    private BodyStream Take(int length, CancellationToken cancellationToken)
    {
        // The next body begins, so the one before was as long as announced. Before the new buffer: waiting for room with one in hand could
        // have every run of the host wait for every other.
        Release();
        var tooLarge = length > reader.Session.Connection.MaxMessageOctets;
        return new BodyStream(tooLarge || length == 0 ? null : reader.Buffers.Create(length, cancellationToken), length);
    }

    private void Deliver(ImapFolder folder, int index, UniqueId uid, Stream stream)
    {
        if (stream is not BodyStream body || !_left.TryGetValue(uid.Id, out var item))
        {
            return;
        }

        if (body.Announced > reader.Session.Connection.MaxMessageOctets)
        {
            _held = ItemFailures.TooLarge(item, reader.Path, body.Announced, reader.Session.Connection);
        }
        else if (body.Detach() is { } octets)
        {
            // Held back until the server's next word: a literal that was announced too long has swallowed what followed it, and then
            // that word makes no sense.
            _held = new FetchedItem(item, FetchOutcome.Delivered, octets, null);
        }
    }

    private void Release()
    {
        if (_held is not { } whole)
        {
            return;
        }

        _held = null;
        _left.Remove(whole.Item.Uid);
        queue.Add(whole);
    }

    private void Drop()
    {
        _held?.Octets?.Dispose();
        _held = null;
    }
}
