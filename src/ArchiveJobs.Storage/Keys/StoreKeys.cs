using System.Buffers.Binary;
using System.Security.Cryptography;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Keys;

/// <summary>The master keys of one store, by version; a segment names the version it was written under.</summary>
internal sealed class StoreKeys(Guid store, IReadOnlyDictionary<uint, byte[]> masters)
{
    private const int KeyBytes = 32;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    public uint LatestVersion { get; } = masters.Keys.Max();

    public IEnumerable<uint> Versions => masters.Keys.Order();

    public byte[] WrapAgain(InstallationKey installation, uint version) => Wrap(installation, store, version, masters[version]);

    public bool Has(uint version) => masters.ContainsKey(version);

    /// <summary>HKDF-SHA-256 of the store key with the segment's id as salt: no two segments share a key, and nothing is stored for it.</summary>
    public byte[] DeriveSegmentKey(uint version, SegmentId segment)
    {
        Span<byte> salt = stackalloc byte[24];
        store.TryWriteBytes(salt);
        BinaryPrimitives.WriteUInt32LittleEndian(salt[16..], segment.Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(salt[20..], segment.Number);
        return Derive(version, "segment"u8, salt);
    }

    /// <summary>For the HMAC of footers.</summary>
    public byte[] DeriveFooterKey(uint version) => Derive(version, "footer"u8, []);

    /// <summary>For the HMAC of the STORE file.</summary>
    public byte[] DeriveDescriptorKey(uint version) => Derive(version, "STORE"u8, []);

    public static byte[] NewMaster() => RandomNumberGenerator.GetBytes(KeyBytes);

    public static byte[] Wrap(InstallationKey installation, Guid store, uint version, ReadOnlySpan<byte> master)
    {
        var wrapped = new byte[NonceBytes + TagBytes + KeyBytes];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(installation.Derive("store-key", store.ToByteArray()), TagBytes);
        cipher.Encrypt(wrapped.AsSpan(0, NonceBytes), master, wrapped.AsSpan(NonceBytes + TagBytes), wrapped.AsSpan(NonceBytes, TagBytes), Bound(store, version));
        return wrapped;
    }

    /// <exception cref="CryptographicException">Another installation key, or changed.</exception>
    public static byte[] Unwrap(InstallationKey installation, Guid store, uint version, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length != NonceBytes + TagBytes + KeyBytes)
        {
            throw new CryptographicException("The wrapped store key has another length.");
        }

        var master = new byte[KeyBytes];
        using var cipher = new AesGcm(installation.Derive("store-key", store.ToByteArray()), TagBytes);
        cipher.Decrypt(wrapped[..NonceBytes], wrapped[(NonceBytes + TagBytes)..], wrapped.Slice(NonceBytes, TagBytes), master, Bound(store, version));
        return master;
    }

    private static byte[] Bound(Guid store, uint version)
    {
        var bound = new byte[20];
        store.TryWriteBytes(bound);
        BinaryPrimitives.WriteUInt32LittleEndian(bound.AsSpan(16), version);
        return bound;
    }

    private byte[] Derive(uint version, ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> salt)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, masters[version], key, salt, purpose);
        return key;
    }
}
