using System.Buffers;
using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>UID sets as docs/formats/catalog.md, "UID sets", describes them: ranges as LEB128 deltas.</summary>
internal static class UidSetCodec
{
    /// <summary>Numbers in one chunk of a set that grows batch by batch.</summary>
    public const uint ChunkNumbers = 4096;

    private const int LongestNumber = 5; // 32 bits in groups of 7

    /// <param name="first">Base: no member is smaller.</param>
    public static ReadOnlySpan<byte> Encode(UidSet uids, uint first, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        ulong next = first;
        foreach (var range in uids.Ranges)
        {
            Write(buffer, (uint)(range.First - next));
            Write(buffer, range.Last - range.First);
            next = (ulong)range.Last + 2;
        }

        return buffer.WrittenSpan;
    }

    public static byte[] Encode(UidSet uids) => Encode(uids, 0, new ArrayBufferWriter<byte>()).ToArray();

    /// <summary>Adds the members to <paramref name="uids"/>.</summary>
    /// <param name="last">No member is greater.</param>
    /// <exception cref="CatalogCorruptException">Not what <see cref="Encode(UidSet, uint, ArrayBufferWriter{byte})"/> writes.</exception>
    public static void Decode(ReadOnlySpan<byte> bytes, uint first, uint last, UidSet uids)
    {
        ulong next = first;
        while (!bytes.IsEmpty)
        {
            var from = next + Read(ref bytes);
            var to = from + Read(ref bytes);
            if (to > last)
            {
                throw new CatalogCorruptException("A UID set in the catalog leaves its bounds.");
            }

            uids.Add(new UidRange((uint)from, (uint)to));
            next = to + 2;
        }
    }

    public static UidSet Decode(ReadOnlySpan<byte> bytes)
    {
        var uids = new UidSet();
        Decode(bytes, 0, uint.MaxValue, uids);
        return uids;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, uint value)
    {
        var span = buffer.GetSpan(LongestNumber);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[length++] = (byte)(value | 0x80);
        }

        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (var i = 0; i < Math.Min(bytes.Length, LongestNumber); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }

        throw new CatalogCorruptException("A number of a UID set in the catalog is cut short.");
    }
}
