using System.Buffers.Binary;
using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Segments;

/// <summary>The last 256 bytes of a sealed segment; docs/formats/segment.md, "Trailer".</summary>
/// <param name="FooterOffset">Of the first footer record; data and commits lie before.</param>
/// <param name="Length">Bytes before the trailer.</param>
/// <param name="FirstCommit">Number of the first commit in this segment, 0 when it has none.</param>
/// <param name="LastHash">H of the last commit.</param>
/// <param name="Sha256">Of all bytes before the trailer.</param>
internal sealed record SegmentTrailer(long FooterOffset, long Length, long FirstCommit, long LastCommit, ContentId LastHash, int Blocks, int Commits, ContentId Sha256)
{
    public const int Bytes = 256;

    private const int MacOffset = 112;
    private const int CrcOffset = Bytes - 4;

    private static ReadOnlySpan<byte> Magic => "AJSEGEND"u8;

    public byte[] Encode(ReadOnlySpan<byte> macKey)
    {
        var bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), FooterOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), FirstCommit);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), LastCommit);
        LastHash.CopyTo(bytes.AsSpan(40));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(72), Blocks);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(76), Commits);
        Sha256.CopyTo(bytes.AsSpan(80));
        HMACSHA256.HashData(macKey, bytes.AsSpan(0, MacOffset), bytes.AsSpan(MacOffset));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CrcOffset), Crc32C.Of(bytes.AsSpan(0, CrcOffset)));
        return bytes;
    }

    public static SegmentTrailer? TryDecode(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> macKey)
    {
        if (bytes.Length != Bytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) != Crc32C.Of(bytes[..CrcOffset])
            || bytes[(MacOffset + 32)..CrcOffset].ContainsAnyExcept((byte)0)
            || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(macKey, bytes[..MacOffset]), bytes.Slice(MacOffset, 32)))
        {
            return null;
        }

        return new SegmentTrailer(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            new ContentId(bytes.Slice(40, ContentId.Bytes)),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[72..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[76..]),
            new ContentId(bytes.Slice(80, ContentId.Bytes)));
    }

    /// <summary>True when these bytes could be the end of a sealed segment: tells a damaged trailer from an unsealed file.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> bytes) => bytes.Length == Bytes && bytes.StartsWith(Magic);
}
