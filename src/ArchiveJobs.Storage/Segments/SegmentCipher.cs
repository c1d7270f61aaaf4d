using System.Buffers.Binary;
using System.Security.Cryptography;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Segments;

/// <summary>Encodes and decodes the records of one segment: zstd, then AES-256-GCM under the segment's key. One thread at a time.</summary>
internal sealed class SegmentCipher : IDisposable
{
    private const int AadBytes = 24 + RecordHeader.Bytes;

    private readonly AesGcm _aes;
    private readonly byte[] _place = new byte[24];

    public SegmentCipher(Guid store, SegmentId segment, ReadOnlySpan<byte> key)
    {
        _aes = new AesGcm(key, RecordHeader.TagBytes);
        store.TryWriteBytes(_place);
        BinaryPrimitives.WriteUInt32LittleEndian(_place.AsSpan(16), segment.Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(_place.AsSpan(20), segment.Number);
    }

    public static int MaxRecordLength(int plainLength) =>
        RecordHeader.Bytes + Zstd.MaxCompressed(plainLength) + RecordHeader.TagBytes + RecordHeader.CrcBytes + RecordHeader.Alignment;

    /// <summary>Writes one whole record into <paramref name="destination"/>.</summary>
    /// <returns>Its length with padding.</returns>
    public int Encode(RecordType type, long commit, long offset, ReadOnlySpan<byte> plain, ICompressor compressor, Span<byte> destination)
    {
        var body = destination[RecordHeader.Bytes..];
        var stored = compressor.Compress(plain, body);
        var isCompressed = stored < plain.Length;
        if (!isCompressed)
        {
            plain.CopyTo(body);
            stored = plain.Length;
        }

        return Seal(new RecordHeader(type, isCompressed, stored, plain.Length, commit, offset), destination);
    }

    /// <summary>Writes one whole record of a body that is compressed already.</summary>
    /// <param name="plain">Stored instead when compressing has made it no shorter.</param>
    /// <returns>Its length with padding.</returns>
    public int Encode(RecordType type, long commit, long offset, ReadOnlySpan<byte> plain, PackedBlock packed, Span<byte> destination)
    {
        var isCompressed = packed.Bytes.Length < plain.Length;
        var stored = isCompressed ? packed.Bytes : plain;
        stored.CopyTo(destination[RecordHeader.Bytes..]);
        return Seal(new RecordHeader(type, isCompressed, stored.Length, plain.Length, commit, offset), destination);
    }

    /// <summary>Checks a whole record without a key: header, checksum, padding.</summary>
    public static bool IsWhole(RecordHeader header, ReadOnlySpan<byte> record)
    {
        var end = RecordHeader.Bytes + header.StoredLength + RecordHeader.TagBytes;
        return record.Length >= header.TotalLength
            && BinaryPrimitives.ReadUInt32LittleEndian(record[end..]) == Crc32C.Of(record[..end])
            && !record[(end + RecordHeader.CrcBytes)..(int)header.TotalLength].ContainsAnyExcept((byte)0);
    }

    /// <summary>Decrypts and decompresses a record into <paramref name="plain"/>, which has the plain length or more.</summary>
    /// <returns>False when the record does not verify.</returns>
    public bool TryDecode(RecordHeader header, ReadOnlySpan<byte> record, ICompressor compressor, Span<byte> plain)
    {
        if (!header.IsCompressed)
        {
            return header.StoredLength == header.PlainLength && TryDecrypt(header, record, plain[..header.StoredLength]);
        }

        var rented = Scratch.Rent(header.StoredLength);
        try
        {
            var stored = rented.AsSpan(0, header.StoredLength);
            return TryDecrypt(header, record, stored) && compressor.Decompress(stored, plain[..header.PlainLength]) == header.PlainLength;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            Scratch.Return(rented);
        }
    }

    /// <summary>Decrypts the stored body, still compressed, into <paramref name="stored"/>, which has its length.</summary>
    /// <returns>False when the record does not verify.</returns>
    public bool TryDecrypt(RecordHeader header, ReadOnlySpan<byte> record, Span<byte> stored)
    {
        Span<byte> aad = stackalloc byte[AadBytes];
        Bind(record, aad);
        try
        {
            _aes.Decrypt(
                record.Slice(RecordHeader.NonceOffset, RecordHeader.NonceBytes),
                record.Slice(RecordHeader.Bytes, header.StoredLength),
                record.Slice(RecordHeader.Bytes + header.StoredLength, RecordHeader.TagBytes),
                stored,
                aad);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    /// <summary>Encrypts the body that lies behind the header's place and completes the record around it.</summary>
    private int Seal(RecordHeader header, Span<byte> destination)
    {
        var stored = header.StoredLength;
        var body = destination[RecordHeader.Bytes..];
        RandomNumberGenerator.Fill(destination.Slice(RecordHeader.NonceOffset, RecordHeader.NonceBytes));
        header.Encode(destination);

        Span<byte> aad = stackalloc byte[AadBytes];
        Bind(destination, aad);
        var cipherText = body[..stored];
        var tag = body.Slice(stored, RecordHeader.TagBytes);
        _aes.Encrypt(destination.Slice(RecordHeader.NonceOffset, RecordHeader.NonceBytes), cipherText, cipherText, tag, aad);

        var end = RecordHeader.Bytes + stored + RecordHeader.TagBytes;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[end..], Crc32C.Of(destination[..end]));
        var total = (int)header.TotalLength;
        destination[(end + RecordHeader.CrcBytes)..total].Clear();
        return total;
    }

    /// <summary>Additional data: store, segment and the record's header with its nonce; a record moved anywhere else does not verify.</summary>
    private void Bind(ReadOnlySpan<byte> record, Span<byte> aad)
    {
        _place.CopyTo(aad);
        record[..RecordHeader.Bytes].CopyTo(aad[_place.Length..]);
    }
}
