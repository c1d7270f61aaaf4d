using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Keys;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Segments;

/// <summary>One segment opened for reading. Thread-safe but for <see cref="Cipher"/>: callers hold <see cref="Gate"/> while they decode.</summary>
internal sealed class SegmentFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SegmentFile(string path, SafeFileHandle handle, SegmentHeader? header, StoreKeys keys)
    {
        Path = path;
        _handle = handle;
        Header = header;
        Cipher = header is not null && keys.Has(header.KeyVersion)
            ? new SegmentCipher(header.Store, header.Segment, keys.DeriveSegmentKey(header.KeyVersion, header.Segment))
            : null;
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Null when the header does not verify.</summary>
    public SegmentHeader? Header { get; }

    /// <summary>Null when there is no header to derive its key from.</summary>
    public SegmentCipher? Cipher { get; }

    public Lock Gate { get; } = new();

    public long Length => RandomAccess.GetLength(_handle);

    public static SegmentFile Open(string path, StoreKeys keys)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[SegmentHeader.Bytes];
        var header = ReadFully(handle, bytes, 0) == bytes.Length ? SegmentHeader.TryDecode(bytes) : null;
        return new SegmentFile(path, handle, header, keys);
    }

    /// <returns>Bytes read; fewer than asked only at the end of the file.</returns>
    public int Read(Span<byte> into, long offset) => ReadFully(_handle, into, offset);

    public SegmentTrailer? ReadTrailer(StoreKeys keys)
    {
        var length = Length;
        var bytes = new byte[SegmentTrailer.Bytes];
        if (Header is null || length < SegmentHeader.Bytes + SegmentTrailer.Bytes || Read(bytes, length - bytes.Length) != bytes.Length)
        {
            return null;
        }

        return SegmentTrailer.TryDecode(bytes, keys.DeriveFooterKey(Header.KeyVersion)) is { } trailer && trailer.Length == length - bytes.Length ? trailer : null;
    }

    /// <summary>Reads and decodes the record at an offset.</summary>
    /// <returns>The plain body, or null with the reason when it does not verify.</returns>
    public byte[]? ReadRecord(long offset, ICompressor compressor, out RecordHeader header, out string reason)
    {
        Span<byte> head = stackalloc byte[RecordHeader.Bytes];
        reason = "";
        if (Read(head, offset) != head.Length || !RecordHeader.TryDecode(head, out header) || header.Offset != offset)
        {
            header = default;
            reason = "no record here";
            return null;
        }

        var record = Scratch.Rent((int)header.TotalLength);
        try
        {
            var read = Read(record.AsSpan(0, (int)header.TotalLength), offset);
            if (read != header.TotalLength || !SegmentCipher.IsWhole(header, record.AsSpan(0, read)))
            {
                reason = "checksum differs";
                return null;
            }

            var plain = new byte[header.PlainLength];
            lock (Gate)
            {
                if (Cipher is null || !Cipher.TryDecode(header, record.AsSpan(0, read), compressor, plain))
                {
                    reason = "cannot be decrypted";
                    return null;
                }
            }

            return plain;
        }
        finally
        {
            Scratch.Return(record);
        }
    }

    public void Dispose()
    {
        Cipher?.Dispose();
        _handle.Dispose();
    }

    private static int ReadFully(SafeFileHandle handle, Span<byte> into, long offset)
    {
        var total = 0;
        while (total < into.Length)
        {
            var read = RandomAccess.Read(handle, into[total..], offset + total);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }
}
