using System.Security.Cryptography;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Storage.Io;

/// <summary>Tries a directory with a file of its own, which it removes.</summary>
internal sealed class StorageCheck(IFileSystem files, TimeProvider time) : IStorageCheck
{
    private const int ChunkBytes = 4 << 20;
    private const long WantedBytes = 64L << 20;
    private const long LeftFree = 64L << 20;

    public StorageCheckResult Check(string directory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, $".check-{Guid.NewGuid():N}.tmp");
        var result = new StorageCheckResult(directory, 0, 0, 0, 0, TimeSpan.Zero, null);
        try
        {
            result = result with { FreeBytes = files.FreeBytes(directory) };
            var bytes = Math.Min(WantedBytes, Math.Max(0, result.FreeBytes - LeftFree)) / ChunkBytes * ChunkBytes;
            return bytes == 0 ? result with { Failure = "there is no room left to try it" } : Try(path, result with { BytesWritten = bytes }, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return result with { Failure = e.Message };
        }
        finally
        {
            Remove(path);
        }
    }

    private StorageCheckResult Try(string path, StorageCheckResult result, CancellationToken cancellationToken)
    {
        // Random: a disk or share that compresses or shares equal blocks would look faster than mail is.
        var chunk = RandomNumberGenerator.GetBytes(ChunkBytes);
        using var file = files.CreateNew(path);
        var started = time.GetTimestamp();
        for (long at = 0; at < result.BytesWritten; at += ChunkBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BitConverter.TryWriteBytes(chunk, at);
            file.Write(chunk, at);
        }

        file.Sync();
        files.SyncDirectory(result.Directory);
        var writing = time.GetElapsedTime(started);
        NativeSync.DropCache(file.Handle);

        started = time.GetTimestamp();
        var isSame = IsSame(file, chunk, result.BytesWritten, cancellationToken);
        var reading = time.GetElapsedTime(started);

        started = time.GetTimestamp();
        file.Write(chunk.AsSpan(0, 4096), 0);
        file.Sync();
        return result with
        {
            WriteBytesPerSecond = result.BytesWritten / Math.Max(writing.TotalSeconds, 1e-6),
            ReadBytesPerSecond = result.BytesWritten / Math.Max(reading.TotalSeconds, 1e-6),
            SyncTime = time.GetElapsedTime(started),
            Failure = isSame ? null : "it was read back different from what was written",
        };
    }

    private static bool IsSame(IAppendFile file, byte[] chunk, long bytes, CancellationToken cancellationToken)
    {
        var read = new byte[ChunkBytes];
        for (long at = 0; at < bytes; at += ChunkBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BitConverter.TryWriteBytes(chunk, at);
            for (var filled = 0; filled < ChunkBytes;)
            {
                var got = RandomAccess.Read(file.Handle, read.AsSpan(filled), at + filled);
                if (got == 0)
                {
                    return false;
                }

                filled += got;
            }

            if (!read.AsSpan().SequenceEqual(chunk))
            {
                return false;
            }
        }

        return true;
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file named .check-….tmp stays; the failure that led here is told.
        }
    }
}
