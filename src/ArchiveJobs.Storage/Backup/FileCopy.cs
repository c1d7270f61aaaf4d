using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Io;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Backup;

/// <summary>Copies files so that a name is only ever seen on a whole, durable file that was read back from the disk.</summary>
internal sealed class FileCopy(IFileSystem files)
{
    private const int WindowBytes = 4 << 20;

    private readonly byte[] _window = new byte[WindowBytes];

    /// <summary>Copies under an unfinished name, makes it durable and reads it back.</summary>
    /// <param name="temporary">Not there yet.</param>
    /// <returns>Digest of what was read at the source; whoever expects another one does not name the file.</returns>
    /// <exception cref="SourceUnreadableException">The source cannot be read, or is shorter than said.</exception>
    /// <exception cref="IOException">The target cannot be written, or gives back something else.</exception>
    public FileDigests CopyUnfinished(string source, long length, string temporary, Action<long>? copied, CancellationToken cancellationToken)
    {
        FileDigests digest;
        using (var file = files.CreateNew(temporary))
        {
            digest = Pour(source, length, file, copied, cancellationToken);
            file.Sync();
            NativeSync.DropCache(file.Handle);
        }

        return Digest(temporary, length, cancellationToken) == digest
            ? digest
            : throw new IOException($"{Path.GetFileName(temporary)} was read back different from what was written: the disk or its memory is faulty");
    }

    /// <summary>Writes what <paramref name="write"/> gives under an unfinished name, durable and read back.</summary>
    public (long Size, ContentId Digest) WriteUnfinished(string temporary, Action<Stream> write, CancellationToken cancellationToken)
    {
        long size;
        ContentId digest;
        using (var file = files.CreateNew(temporary))
        {
            using var stream = new HashingStream(file);
            write(stream);
            (size, digest) = (stream.Length, stream.Digest());
            file.Sync();
            NativeSync.DropCache(file.Handle);
        }

        return Digest(temporary, size, cancellationToken)?.Whole == digest ? (size, digest) : throw new IOException($"{Path.GetFileName(temporary)} was read back different from what was written");
    }

    /// <summary>Takes the write permission away where the file system knows one: not every stick or share does, and nothing depends on it there.</summary>
    public void TryMakeReadOnly(string path)
    {
        try
        {
            files.MakeReadOnly(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Every file is named with its digest; its permission only keeps hands off.
        }
    }

    /// <summary>Gives a finished file its name; durable when it returns.</summary>
    public void Name(string temporary, string path)
    {
        // Crash before: an unfinished file, which the next backup removes. After: a whole file that no manifest names yet.
        files.Rename(temporary, path);
        files.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Reads a file from the disk.</summary>
    /// <returns>Null when it is missing, of another length or unreadable.</returns>
    public FileDigests? Digest(string path, long length, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            NativeSync.DropCache(file);
            if (RandomAccess.GetLength(file) != length)
            {
                return null;
            }

            using var hash = new FileHash(length);
            for (long at = 0; at < length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, _window.AsSpan(0, (int)Math.Min(_window.Length, length - at)), at);
                if (read == 0)
                {
                    return null;
                }

                hash.Append(_window.AsSpan(0, read));
                at += read;
            }

            return hash.Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileDigests Pour(string source, long length, IAppendFile file, Action<long>? copied, CancellationToken cancellationToken)
    {
        using var from = Open(source);
        using var hash = new FileHash(length);
        for (long at = 0; at < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = Read(from, source, _window.AsSpan(0, (int)Math.Min(_window.Length, length - at)), at);
            file.Write(_window.AsSpan(0, read), at);
            hash.Append(_window.AsSpan(0, read));
            at += read;
            copied?.Invoke(read);
        }

        return hash.Finish();
    }

    private static SafeFileHandle Open(string source)
    {
        try
        {
            return File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(source, e.Message, e);
        }
    }

    private static int Read(SafeFileHandle from, string source, Span<byte> into, long at)
    {
        try
        {
            var read = RandomAccess.Read(from, into, at);
            return read > 0 ? read : throw new SourceUnreadableException(source, "it became shorter while it was copied", null);
        }
        catch (IOException e)
        {
            throw new SourceUnreadableException(source, e.Message, e);
        }
    }

    private sealed class HashingStream(IAppendFile file) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public ContentId Digest() => new(_hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.Write(buffer, _length);
            _hash.AppendData(buffer);
            _length += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A file to be copied cannot be read; the target has nothing to do with it.</summary>
internal sealed class SourceUnreadableException(string path, string what, Exception? inner) : Exception(what, inner)
{
    public string Path { get; } = path;
}
