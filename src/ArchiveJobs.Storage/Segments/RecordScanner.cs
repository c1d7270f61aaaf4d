using System.Buffers;
using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Segments;

internal enum RecordState
{
    /// <summary>Checksum, padding, tag and content verify.</summary>
    Good,

    /// <summary>A header that verifies in front of bytes that do not.</summary>
    Unreadable,

    /// <summary>No record where one should begin; reaches to the next record or to the end.</summary>
    Gap,
}

/// <summary>Goes through the records of a segment one after the other and finds the next one again behind damage. One thread; memory for the largest record.</summary>
/// <param name="end">Where records end: the trailer of a sealed segment, the length of another.</param>
internal sealed class RecordScanner(SegmentFile file, ICompressor compressor, long end, long start = SegmentHeader.Bytes) : IDisposable
{
    private const int Window = 1 << 20;

    private byte[] _record = ArrayPool<byte>.Shared.Rent(Window);
    private byte[] _plain = ArrayPool<byte>.Shared.Rent(Window);
    private long _next = start;

    public RecordState State { get; private set; }

    public long Offset { get; private set; }

    /// <summary>Up to where the next record begins.</summary>
    public long Length { get; private set; }

    /// <summary>Default for a gap.</summary>
    public RecordHeader Header { get; private set; }

    /// <summary>Of a good record; valid until the next step.</summary>
    public ReadOnlyMemory<byte> Plain => _plain.AsMemory(0, Header.PlainLength);

    public bool MoveNext()
    {
        if (_next >= end)
        {
            return false;
        }

        Offset = _next;
        Header = default;
        State = RecordState.Gap;
        if (TryReadHeader(Offset, out var header))
        {
            Header = header;
            State = ReadBody();
        }

        // The header's length verified, but a piece of the file may be missing: behind a bad body go on only where a record really begins.
        var behind = Offset + Header.TotalLength;
        _next = State == RecordState.Good || (State == RecordState.Unreadable && BeginsRecordOrEnd(behind))
            ? behind
            : FindRecord(Offset + (State == RecordState.Gap ? RecordHeader.Alignment : RecordHeader.Bytes));
        Length = _next - Offset;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_record);
        ArrayPool<byte>.Shared.Return(_plain);
        _record = [];
        _plain = [];
    }

    private RecordState ReadBody()
    {
        var total = (int)Header.TotalLength;
        Grow(ref _record, total);
        Grow(ref _plain, Header.PlainLength);
        var record = _record.AsSpan(0, total);
        if (file.Read(record, Offset) != total || !SegmentCipher.IsWhole(Header, record))
        {
            return RecordState.Unreadable;
        }

        lock (file.Gate)
        {
            return file.Cipher is not null && file.Cipher.TryDecode(Header, record, compressor, _plain) ? RecordState.Good : RecordState.Unreadable;
        }
    }

    private bool TryReadHeader(long offset, out RecordHeader header)
    {
        Span<byte> bytes = stackalloc byte[RecordHeader.Bytes];
        header = default;

        // A header names its own offset: bytes copied from elsewhere are not taken for records.
        return offset + RecordHeader.Bytes <= end
            && file.Read(bytes, offset) == bytes.Length
            && RecordHeader.TryDecode(bytes, out header)
            && header.Offset == offset
            && offset + header.TotalLength <= end;
    }

    private bool BeginsRecordOrEnd(long offset) => offset == end || TryReadHeader(offset, out _);

    /// <summary>The next record at or behind this offset, or the end.</summary>
    private long FindRecord(long from)
    {
        var window = ArrayPool<byte>.Shared.Rent(Window);
        try
        {
            while (from + RecordHeader.Bytes <= end)
            {
                var read = file.Read(window.AsSpan(0, (int)Math.Min(Window, end - from)), from);
                for (var at = 0; at < read; at++)
                {
                    var found = window.AsSpan(at, read - at).IndexOf(RecordHeader.Magic);
                    if (found < 0)
                    {
                        break;
                    }

                    at += found;
                    if (TryReadHeader(from + at, out _))
                    {
                        return from + at;
                    }
                }

                if (read < RecordHeader.Bytes)
                {
                    return end;
                }

                from += read - RecordHeader.Magic.Length + 1;   // The magic may lie across two windows.
            }

            return end;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(length);
        }
    }
}
