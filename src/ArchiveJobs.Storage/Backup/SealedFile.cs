using System.Buffers.Binary;
using System.Security.Cryptography;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <summary>An encrypted file in chunks; docs/formats/backup.md, "master.sealed". A missing, moved, repeated or changed chunk does not open.</summary>
internal static class SealedFile
{
    private const int ChunkBytes = 1 << 20;
    private const int IdBytes = 16;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeadBytes = 4 + 1 + NonceBytes + TagBytes;
    private const string Purpose = "backup master";

    private static ReadOnlySpan<byte> Magic => [0x89, (byte)'A', (byte)'J', (byte)'S', (byte)'E', (byte)'A', (byte)'L', 0];

    public static void Encrypt(Stream plain, Stream into, InstallationKey key)
    {
        var id = RandomNumberGenerator.GetBytes(IdBytes);
        into.Write(Magic);
        into.Write(id);
        using var cipher = new AesGcm(key.Derive(Purpose, id), TagBytes);
        var (chunk, next) = (new byte[ChunkBytes], new byte[ChunkBytes]);
        var length = plain.ReadAtLeast(chunk, ChunkBytes, throwOnEndOfStream: false);
        for (ulong number = 0; ; number++)
        {
            var following = length < ChunkBytes ? 0 : plain.ReadAtLeast(next, ChunkBytes, throwOnEndOfStream: false);
            Write(into, cipher, number, chunk.AsSpan(0, length), following == 0);
            if (following == 0)
            {
                return;
            }

            (chunk, next, length) = (next, chunk, following);
        }
    }

    /// <exception cref="InvalidDataException">Not such a file, of another key, cut or changed. What was written so far must not be used.</exception>
    public static void Decrypt(Stream from, Stream plain, InstallationKey key)
    {
        var start = new byte[Magic.Length + IdBytes];
        if (from.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan().StartsWith(Magic))
        {
            throw new InvalidDataException("it is no encrypted file of this version");
        }

        using var cipher = new AesGcm(key.Derive(Purpose, start.AsSpan(Magic.Length)), TagBytes);
        var isLast = false;
        for (ulong number = 0; !isLast; number++)
        {
            isLast = Read(from, plain, cipher, number);
        }

        if (from.ReadByte() >= 0)
        {
            throw new InvalidDataException("bytes follow its last chunk");
        }
    }

    private static void Write(Stream into, AesGcm cipher, ulong number, ReadOnlySpan<byte> plain, bool isLast)
    {
        var record = new byte[HeadBytes + plain.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, plain.Length);
        record[4] = isLast ? (byte)1 : (byte)0;
        var nonce = record.AsSpan(5, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(nonce, plain, record.AsSpan(HeadBytes), record.AsSpan(5 + NonceBytes, TagBytes), Bound(number, record));
        into.Write(record);
    }

    /// <returns>Whether it was the last.</returns>
    private static bool Read(Stream from, Stream plain, AesGcm cipher, ulong number)
    {
        var head = new byte[HeadBytes];
        if (from.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false) < HeadBytes
            || BinaryPrimitives.ReadInt32LittleEndian(head) is not (>= 0 and <= ChunkBytes and var length) || head[4] > 1)
        {
            throw new InvalidDataException($"chunk {number} is cut or changed");
        }

        var body = new byte[length];
        if (from.ReadAtLeast(body, length, throwOnEndOfStream: false) < length)
        {
            throw new InvalidDataException($"chunk {number} is cut");
        }

        var octets = new byte[length];
        try
        {
            cipher.Decrypt(head.AsSpan(5, NonceBytes), body, head.AsSpan(5 + NonceBytes, TagBytes), octets, Bound(number, head));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new InvalidDataException($"chunk {number} was changed, or encrypted with another key");
        }

        plain.Write(octets);
        return head[4] == 1;
    }

    private static byte[] Bound(ulong number, ReadOnlySpan<byte> head)
    {
        var bound = new byte[8 + 4 + 1];
        BinaryPrimitives.WriteUInt64LittleEndian(bound, number);
        head[..5].CopyTo(bound.AsSpan(8));
        return bound;
    }
}
