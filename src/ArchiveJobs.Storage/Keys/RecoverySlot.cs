using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ArchiveJobs.Storage.Keys;

/// <summary>The installation key wrapped by a recovery code; docs/formats/backup.md, "Slots". Backups carry it.</summary>
internal sealed record RecoverySlot
{
    public const string FileName = "slot-recovery-code.json";

    private const string KindName = "recovery-code";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    public int Format { get; init; }

    public string Kind { get; init; } = KindName;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ConfirmedAt { get; init; }

    public required byte[] Salt { get; init; }

    public required byte[] Wrapped { get; init; }

    private static ReadOnlySpan<byte> Purpose => "archivejobs recovery-code"u8;

    public static RecoverySlot Wrap(InstallationKey key, string code, DateTimeOffset now)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new RecoverySlot { CreatedAt = now, Salt = salt, Wrapped = key.WrapUnder(SlotKey(RecoveryCode.Read(code)!, salt), Purpose) };
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>Null when these are no slot of this version.</summary>
    public static RecoverySlot? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<RecoverySlot>(bytes) is { Format: 0, Kind: KindName, Wrapped.Length: NonceBytes + TagBytes + KeyBytes } slot ? slot : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when the code does not fit, or the slot was changed.</summary>
    public InstallationKey? Open(string typed)
    {
        if (RecoveryCode.Read(typed) is not { } code)
        {
            return null;
        }

        try
        {
            using var cipher = new AesGcm(SlotKey(code, Salt), TagBytes);
            return InstallationKey.From(key => cipher.Decrypt(Wrapped.AsSpan(0, NonceBytes), Wrapped.AsSpan(NonceBytes + TagBytes), Wrapped.AsSpan(NonceBytes, TagBytes), key, Purpose));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>The code has 135 random bits: HKDF is enough, nobody tries them all.</summary>
    private static byte[] SlotKey(string code, ReadOnlySpan<byte> salt)
    {
        var key = new byte[KeyBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.ASCII.GetBytes(code), key, salt, Purpose);
        return key;
    }
}
