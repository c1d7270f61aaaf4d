using System.Buffers.Binary;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Segments;

/// <summary>The first 4 KiB of a segment; docs/formats/segment.md, "Header".</summary>
/// <param name="AfterCommit">The commit this segment continues from: its first own commit is the next. 0 in the first segment of a store.</param>
/// <param name="AfterHash">H of that commit, zero bytes for 0.</param>
/// <param name="IsCompacted">Made by compaction: it continues from nothing, its commits are copies in the footer.</param>
internal sealed record SegmentHeader(
    Guid Store, Guid Incarnation, SegmentId Segment, uint KeyVersion, long AfterCommit, ContentId AfterHash, long CreatedUnixMs, bool IsCompacted = false)
{
    public const int Bytes = 4096;
    public const ushort Format = 0;

    private const int CrcOffset = Bytes - 4;
    private const int UsedBytes = 104;

    // A byte above 127 and both line ends: a transfer that treats the file as text breaks it visibly.
    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'A', (byte)'J', (byte)'S', (byte)'E', (byte)'G', (byte)'\r', (byte)'\n'];

    public byte[] Encode()
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Format);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(10), IsCompacted ? (ushort)1 : (ushort)0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), KeyVersion);
        Store.TryWriteBytes(bytes.AsSpan(16));
        Incarnation.TryWriteBytes(bytes.AsSpan(32));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(48), Segment.Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(52), Segment.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), AfterCommit);
        AfterHash.CopyTo(bytes.AsSpan(64));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(96), CreatedUnixMs);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcOffset), Crc32C.Of(bytes.AsSpan(0, CrcOffset)));
        return bytes;
    }

    /// <summary>Null when the bytes are no header of this format, whole and unchanged.</summary>
    public static SegmentHeader? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) != Crc32C.Of(bytes[..CrcOffset])
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]) != Format
            || bytes[UsedBytes..CrcOffset].ContainsAnyExcept((byte)0)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]) > 1)
        {
            return null;
        }

        return new SegmentHeader(
            new Guid(bytes.Slice(16, 16)),
            new Guid(bytes.Slice(32, 16)),
            new SegmentId(BinaryPrimitives.ReadUInt32LittleEndian(bytes[48..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..])),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]),
            new ContentId(bytes.Slice(64, ContentId.Bytes)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[96..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]) == 1);
    }
}
