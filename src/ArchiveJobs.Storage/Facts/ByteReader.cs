using System.Buffers.Binary;
using System.Text;
using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Facts;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Every method throws <see cref="InvalidDataException"/> at the end of the bytes or on an impossible value.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly int Left => _rest.Length;

    public byte Byte() => Bytes(1)[0];

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new InvalidDataException("The bytes end early.");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(sizeof(uint)));

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("A number is too long.");
    }

    public long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A number that counts things of at least <paramref name="itemBytes"/> bytes each: never more than can follow.</summary>
    public int Count(int itemBytes)
    {
        var count = Varint();
        if (count > (ulong)(_rest.Length / itemBytes))
        {
            throw new InvalidDataException("A count is larger than what follows.");
        }

        return (int)count;
    }

    public int Index(int limit)
    {
        var index = Varint();
        return index < (ulong)limit ? (int)index : throw new InvalidDataException("A reference points nowhere.");
    }

    public uint Uid()
    {
        var uid = Varint();
        return uid <= uint.MaxValue ? (uint)uid : throw new InvalidDataException("A number is out of range.");
    }

    public string Text()
    {
        try
        {
            return StrictUtf8.GetString(Bytes(Count(1)));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("A text is not UTF-8.", e);
        }
    }

    public ContentId Id() => new(Bytes(ContentId.Bytes));

    public DateTimeOffset? Date()
    {
        if (Byte() == 0)
        {
            return null;
        }

        var seconds = Zigzag();
        var minutes = Zigzag();
        try
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds).ToOffset(TimeSpan.FromMinutes(minutes));
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException("A date is out of range.", e);
        }
    }

    public UidSet Uids()
    {
        var set = new UidSet();
        ulong end = 0;
        for (var left = Count(2); left > 0; left--)
        {
            var first = end + Varint();
            var last = first + Varint();
            if (last > uint.MaxValue || first > last || first == 0)
            {
                throw new InvalidDataException("A range is out of order.");
            }

            set.Add(new UidRange((uint)first, (uint)last));
            end = last;
        }

        return set;
    }
}
