using System.Buffers;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Mail.Files;

/// <summary>Reads files that hold one message each.</summary>
internal sealed class FileOctets(IMessageBuffers buffers, long maxOctets, ItemTrouble trouble)
{
    private const int ChunkOctets = 256 * 1024;
    private const string NotUtf8 = "the file name is not valid UTF-8";

    /// <summary>The octets, failed, or null when there is no such file.</summary>
    public FetchedItem? TryRead(SourceItem item, string path, CancellationToken cancellationToken)
    {
        if (item.Size == 0)
        {
            // Not opened: what has no length may be a pipe, and opening that could wait for ever.
            return trouble.Unreadable(item, HasUnknownName(path) ? NotUtf8 : "the file is empty");
        }

        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Read(item, handle, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return HasUnknownName(path) ? trouble.Unreadable(item, NotUtf8, e.Message) : null;
        }
        catch (UnauthorizedAccessException e)
        {
            return trouble.Unreadable(item, $"account {Environment.UserName} may not read the file", e.Message);
        }
        catch (IOException e)
        {
            return trouble.Unreadable(item, "the file cannot be read", e.Message);
        }
    }

    // U+FFFD stands in a name for octets that are not UTF-8; the runtime can neither open such a file nor ask for its size.
    private static bool HasUnknownName(string path) => path.Contains('\uFFFD', StringComparison.Ordinal);

    private FetchedItem Read(SourceItem item, SafeFileHandle handle, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(handle);
        if (length > maxOctets)
        {
            return trouble.TooLarge(item, length, maxOctets);
        }

        if (length == 0)
        {
            return trouble.Unreadable(item, "the file is empty");
        }

        var buffer = buffers.Create(length, cancellationToken);
        try
        {
            Copy(handle, length, buffer, cancellationToken);
            buffer.Complete();
        }
        catch
        {
            buffer.Dispose();
            throw;
        }

        return new FetchedItem(item, FetchOutcome.Delivered, buffer, null);
    }

    /// <summary>Reads as much as the file had when it was opened: what a writer adds meanwhile makes it another item.</summary>
    private static void Copy(SafeFileHandle handle, long length, MessageBuffer buffer, CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, ChunkOctets));
        try
        {
            int read;
            while (buffer.Length < length && (read = RandomAccess.Read(handle, chunk.AsSpan(0, (int)Math.Min(chunk.Length, length - buffer.Length)), buffer.Length)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                buffer.Write(chunk.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}
