using System.Buffers.Binary;
using System.Text;
using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Facts;

/// <summary>Grows a byte array with the primitives of docs/formats/facts.md. Kept and cleared between uses.</summary>
internal sealed class ByteWriter
{
    private byte[] _bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Byte(byte value) => Take(1)[0] = value;

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    /// <summary>Seven bits a byte, lowest first, the high bit says that more follow (LEB128).</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>Signed numbers with the sign in the lowest bit.</summary>
    public void Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void Id(ContentId id) => id.CopyTo(Take(ContentId.Bytes));

    /// <summary>0 for none, else 1, seconds since 1970 and minutes from UTC.</summary>
    public void Date(DateTimeOffset? date)
    {
        if (date is not { } value)
        {
            Byte(0);
            return;
        }

        Byte(1);
        Zigzag(value.ToUnixTimeSeconds());
        Zigzag((long)value.Offset.TotalMinutes);
    }

    /// <summary>Number of ranges, then for each the distance from the end of the one before and its length less one.</summary>
    public void Uids(UidSet uids)
    {
        Varint((ulong)uids.Ranges.Count);
        uint end = 0;
        foreach (var range in uids.Ranges)
        {
            Varint(range.First - end);
            Varint(range.Last - range.First);
            end = range.Last;
        }
    }

    private Span<byte> Take(int length)
    {
        if (Length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        }

        var span = _bytes.AsSpan(Length, length);
        Length += length;
        return span;
    }
}
