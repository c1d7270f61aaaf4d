using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Storage.Io;

namespace ArchiveJobs.Storage.Keys;

/// <summary>
/// The one key of an installation, 32 random bytes, from which everything else is derived (HKDF-SHA-256, RFC 5869). It lies in slots under keys/;
/// the slot "key file" holds it for automatic start (owner may read only), <see cref="RecoverySlot"/> wraps it; another kind of slot touches no segment.
/// </summary>
internal sealed class InstallationKey : ISecretProtector
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const byte SecretFormat = 0;
    private const string KeyFileSlot = "slot-key-file.json";

    private readonly byte[] _key;

    private InstallationKey(byte[] key)
    {
        _key = key;
    }

    /// <summary>Reads the key file slot, or makes a new key at the first start of a data directory.</summary>
    /// <exception cref="ArchiveException">The slot cannot be read, or stores exist but no slot (Configuration): a new key could not open them.</exception>
    public static InstallationKey OpenOrCreate(string dataDirectory, IFileSystem files)
    {
        var directory = Path.Combine(dataDirectory, "keys");
        var slot = Path.Combine(directory, KeyFileSlot);
        if (File.Exists(slot))
        {
            return Read(slot);
        }

        if (Directory.Exists(Path.Combine(dataDirectory, "stores")) && Directory.EnumerateDirectories(Path.Combine(dataDirectory, "stores")).Any())
        {
            throw Unusable(slot, "it is missing, and the stores here cannot be opened without it");
        }

        var key = new InstallationKey(RandomNumberGenerator.GetBytes(KeyBytes));
        return key.TryWriteFirst(dataDirectory, files) ? key : Read(slot);
    }

    /// <summary>Of several hosts that share the directory and start at once, one makes the key.</summary>
    /// <returns>False when there is one already.</returns>
    private bool TryWriteFirst(string dataDirectory, IFileSystem files)
    {
        var directory = Path.Combine(dataDirectory, "keys");
        var slot = Path.Combine(directory, KeyFileSlot);
        var mine = $"{slot}.{Guid.NewGuid():N}.tmp";
        PrivateDirectory.Create(directory);
        using (var file = files.CreateNew(mine))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(new Slot { Kind = "key-file", Key = _key }), 0);
            file.Sync();
        }

        PrivateDirectory.Protect(mine);

        // Crash before: a file that nobody reads.
        if (!ExclusiveMove.Try(mine, slot))
        {
            return false;
        }

        files.SyncDirectory(directory);
        files.SyncDirectory(dataDirectory);
        return true;
    }

    /// <summary>Unwraps a key that a slot holds.</summary>
    /// <param name="unwrap">Fills the 32 bytes.</param>
    public static InstallationKey From(Action<Span<byte>> unwrap)
    {
        var key = new byte[KeyBytes];
        unwrap(key);
        return new InstallationKey(key);
    }

    /// <summary>Tells installations apart; says nothing of the key. 32 hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexStringLower(Derive("installation", []).AsSpan(0, 16));

    /// <summary>Writes the slot for automatic start, with the bare key, readable by its owner only.</summary>
    public void WriteKeyFile(string dataDirectory, IFileSystem files)
    {
        var directory = Path.Combine(dataDirectory, "keys");
        var slot = Path.Combine(directory, KeyFileSlot);
        PrivateDirectory.Create(directory);
        files.ReplaceFile(slot, JsonSerializer.SerializeToUtf8Bytes(new Slot { Kind = "key-file", Key = _key }));
        PrivateDirectory.Protect(slot);
        files.SyncDirectory(dataDirectory);
    }

    /// <summary>Encrypts the key itself, for a slot: nonce 12, tag 16, key 32.</summary>
    public byte[] WrapUnder(ReadOnlySpan<byte> slotKey, ReadOnlySpan<byte> bound)
    {
        var wrapped = new byte[NonceBytes + TagBytes + KeyBytes];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(slotKey, TagBytes);
        cipher.Encrypt(wrapped.AsSpan(0, NonceBytes), _key, wrapped.AsSpan(NonceBytes + TagBytes), wrapped.AsSpan(NonceBytes, TagBytes), bound);
        return wrapped;
    }

    public bool IsSameAs(InstallationKey other) => CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <summary>A key for one purpose; different purposes give unrelated keys.</summary>
    public byte[] Derive(string purpose, ReadOnlySpan<byte> salt)
    {
        var derived = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, derived, salt, Encoding.UTF8.GetBytes("archivejobs " + purpose));
        return derived;
    }

    public byte[] Protect(ReadOnlySpan<byte> secret, string purpose)
    {
        var result = new byte[1 + NonceBytes + TagBytes + secret.Length];
        result[0] = SecretFormat;
        var nonce = result.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(Derive("secret " + purpose, []), TagBytes);
        cipher.Encrypt(nonce, secret, result.AsSpan(1 + NonceBytes + TagBytes), result.AsSpan(1 + NonceBytes, TagBytes));
        return result;
    }

    public byte[] Unprotect(ReadOnlySpan<byte> protectedSecret, string purpose)
    {
        if (protectedSecret.Length < 1 + NonceBytes + TagBytes || protectedSecret[0] != SecretFormat)
        {
            throw Undecipherable(null);
        }

        var secret = new byte[protectedSecret.Length - 1 - NonceBytes - TagBytes];
        using var cipher = new AesGcm(Derive("secret " + purpose, []), TagBytes);
        try
        {
            cipher.Decrypt(protectedSecret.Slice(1, NonceBytes), protectedSecret[(1 + NonceBytes + TagBytes)..], protectedSecret.Slice(1 + NonceBytes, TagBytes), secret);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Undecipherable(e);
        }

        return secret;
    }

    private static InstallationKey Read(string path)
    {
        try
        {
            var slot = JsonSerializer.Deserialize<Slot>(File.ReadAllBytes(path));
            return slot is { Format: 0, Kind: "key-file", Key.Length: KeyBytes } ? new InstallationKey(slot.Key) : throw Unusable(path, "its content is not a key slot of this version");
        }
        catch (JsonException)
        {
            throw Unusable(path, "its content is damaged");
        }
    }

    private static ArchiveException Unusable(string path, string why) => new(
        new Situation(SituationKeys.KeyUnusable, ErrorClass.Configuration) { ServerWords = why }.With("path", path),
        $"The key file {path} cannot be used: {why}.");

    private static ArchiveException Undecipherable(Exception? inner) => new(
        new Situation(SituationKeys.SecretUnreadable, ErrorClass.StoreCorrupt),
        "A stored secret cannot be read with the key of this installation.", inner);

    private sealed class Slot
    {
        public int Format { get; init; }

        public required string Kind { get; init; }

        public required byte[] Key { get; init; }
    }
}
