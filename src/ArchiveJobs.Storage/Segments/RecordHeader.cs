using System.Buffers.Binary;
using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Segments;

internal enum RecordType : byte
{
    /// <summary>A block of entries with its directory.</summary>
    Data = 1,

    /// <summary>One commit.</summary>
    Commit = 2,

    /// <summary>Footer: the directories of the segment's blocks.</summary>
    Directory = 3,

    /// <summary>Footer: second copy of the segment's commits, many in one.</summary>
    CommitCopy = 4,

    /// <summary>Footer of a compacted segment: whose commits it has.</summary>
    Ranges = 5,
}

/// <summary>The fixed part in front of every record; docs/formats/segment.md, "Record".</summary>
/// <param name="StoredLength">Bytes of the encrypted body, without tag, checksum and padding.</param>
/// <param name="PlainLength">Bytes after decryption and decompression.</param>
/// <param name="Commit">Number of the commit that this record belongs to or is.</param>
/// <param name="Offset">Of this header in its file: a record copied elsewhere does not verify.</param>
internal readonly record struct RecordHeader(RecordType Type, bool IsCompressed, int StoredLength, int PlainLength, long Commit, long Offset)
{
    public const int Bytes = 64;
    public const int NonceOffset = 24;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;
    public const int CrcBytes = 4;
    public const int Alignment = 8;

    /// <summary>The largest plain body: a piece of a blob with its directory, with room for hostile directories.</summary>
    public const int MaxPlainLength = 8 << 20;

    public static ReadOnlySpan<byte> Magic => "AJR0"u8;

    private const int HeaderCrcOffset = Bytes - CrcBytes;

    /// <summary>Bytes of the whole record with tag, checksum and padding.</summary>
    public long TotalLength => (Bytes + StoredLength + TagBytes + CrcBytes + Alignment - 1L) / Alignment * Alignment;

    /// <summary>Writes the header; the nonce must be in its place already.</summary>
    public void Encode(Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        bytes[4] = (byte)Type;
        bytes[5] = IsCompressed ? (byte)1 : (byte)0;
        bytes[6] = 0;
        bytes[7] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], StoredLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], PlainLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Commit);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[36..], Offset);
        bytes[44..HeaderCrcOffset].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[HeaderCrcOffset..], Crc32C.Of(bytes[..HeaderCrcOffset]));
    }

    /// <summary>False when the bytes are no record header, whole and unchanged.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < Bytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[HeaderCrcOffset..]) != Crc32C.Of(bytes[..HeaderCrcOffset]))
        {
            return false;
        }

        header = new RecordHeader(
            (RecordType)bytes[4],
            bytes[5] == 1,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[36..]));
        return bytes[4] is >= 1 and <= 5
            && bytes[5] <= 1
            && !bytes.Slice(6, 2).ContainsAnyExcept((byte)0)
            && !bytes[44..HeaderCrcOffset].ContainsAnyExcept((byte)0)
            && header.StoredLength is >= 0 and <= MaxPlainLength + 65536
            && header.PlainLength is >= 0 and <= MaxPlainLength;
    }
}
