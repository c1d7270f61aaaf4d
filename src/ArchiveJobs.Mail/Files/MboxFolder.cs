using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Mail.Files;

/// <summary>
/// One mbox file. The SHA-256 of a message and its occurrence in the file name the item, so that a message deleted or added in front of others
/// makes none of them new. Listing therefore reads the whole file.
/// </summary>
internal sealed class MboxFolder(string path, bool unquote, long maxOctets, IMessageBuffers buffers, ItemTrouble trouble) : IFileFolder
{
    private const int ChunkOctets = 256 * 1024;
    private const int WindowOctets = 1024 * 1024;

    private Dictionary<string, MboxMessage>? _places;

    public long Count() => -1;

    public IReadOnlyList<SourceItem> List(CancellationToken cancellationToken) => PathTrouble.Translated<IReadOnlyList<SourceItem>>(path, () =>
    {
        var items = new List<SourceItem>();
        var places = _places = new Dictionary<string, MboxMessage>(StringComparer.Ordinal);
        if (new FileInfo(path).Length == 0)
        {
            return items; // Not opened: what has no length may be a pipe, and opening that could wait for ever.
        }

        using var file = Open();
        var occurrences = new Dictionary<ContentId, int>();
        foreach (var message in MboxMessages.Find(file, WindowOctets, cancellationToken))
        {
            var status = new MboxStatus();
            var id = Identify(file, message, status, cancellationToken);
            var occurrence = occurrences[id] = occurrences.GetValueOrDefault(id) + 1;
            var name = string.Create(CultureInfo.InvariantCulture, $"{id}.{occurrence}");
            places.Add(name, message);
            items.Add(new SourceItem(0, name, status.Flags, message.Date, message.Length));
        }

        return items;
    });

    public FetchedItem Read(SourceItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item.Name);
        var listedNow = _places is null;
        if (listedNow)
        {
            List(cancellationToken);
        }

        var read = TryRead(item, cancellationToken);
        if (read is null && !listedNow)
        {
            // The file was rewritten since it was listed; the message may lie elsewhere now.
            List(cancellationToken);
            read = TryRead(item, cancellationToken);
        }

        return read ?? ItemTrouble.Vanished(item);
    }

    /// <summary>Null when these octets do not lie where they did.</summary>
    private FetchedItem? TryRead(SourceItem item, CancellationToken cancellationToken)
    {
        if (!_places!.TryGetValue(item.Name!, out var message))
        {
            return null;
        }

        if (message.Length > maxOctets)
        {
            return trouble.TooLarge(item, message.Length, maxOctets);
        }

        try
        {
            using var file = Open();
            return Deliver(item, file, message, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ItemTrouble.Vanished(item);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return trouble.Unreadable(item, "the file cannot be read", e.Message);
        }
    }

    private FetchedItem? Deliver(SourceItem item, SafeFileHandle file, MboxMessage message, CancellationToken cancellationToken)
    {
        MessageBuffer? buffer = buffers.Create(message.Length, cancellationToken);
        try
        {
            Copy(file, message, buffer.Write, cancellationToken);
            buffer.Complete();
            if (!item.Name!.StartsWith(buffer.Id.ToString(), StringComparison.Ordinal))
            {
                return null;
            }

            var delivered = new FetchedItem(item, FetchOutcome.Delivered, buffer, null);
            buffer = null;
            return delivered;
        }
        finally
        {
            buffer?.Dispose();
        }
    }

    private ContentId Identify(SafeFileHandle file, MboxMessage message, MboxStatus status, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Copy(
            file,
            message,
            octets =>
            {
                status.Look(octets);
                hash.AppendData(octets);
            },
            cancellationToken);
        Span<byte> digest = stackalloc byte[ContentId.Bytes];
        hash.GetHashAndReset(digest);
        return new ContentId(digest);
    }

    private void Copy(SafeFileHandle file, MboxMessage message, MboxrdUnquoter.SpanAction write, CancellationToken cancellationToken)
    {
        var unquoter = unquote ? new MboxrdUnquoter() : null;
        var chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(message.Length, ChunkOctets));
        try
        {
            long done = 0;
            while (done < message.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, chunk.AsSpan(0, (int)Math.Min(chunk.Length, message.Length - done)), message.Start + done);
                if (read == 0)
                {
                    break;
                }

                done += read;
                if (unquoter is null)
                {
                    write(chunk.AsSpan(0, read));
                }
                else
                {
                    unquoter.Write(chunk.AsSpan(0, read), write);
                }
            }

            unquoter?.Finish(write);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private SafeFileHandle Open() => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
