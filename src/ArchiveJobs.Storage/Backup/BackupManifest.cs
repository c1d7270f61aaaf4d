using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <summary>What one generation consists of; docs/formats/backup.md, "Manifest".</summary>
internal sealed record BackupManifest
{
    public const int CurrentFormat = 0;

    private const string Mark = "\nhmac ";

    public int Format { get; init; }

    public required int Generation { get; init; }

    public required string Installation { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Program { get; init; }

    public required string Database { get; init; }

    public required IReadOnlyList<BackupFile> Files { get; init; }

    public required IReadOnlyList<BackupStore> Stores { get; init; }

    public byte[] Encode(InstallationKey key)
    {
        var json = JsonSerializer.Serialize(this);
        return Encoding.UTF8.GetBytes($"{json}{Mark}{MacOf(json, key)}\n");
    }

    /// <summary>Reads a manifest without asking whether it is genuine.</summary>
    /// <returns>Null when it is none.</returns>
    public static BackupManifest? Parse(byte[] bytes) => Split(bytes) is var (json, _) ? TryDeserialize(json) : null;

    /// <summary>True when it was written under this key and not changed since.</summary>
    public static bool IsGenuine(byte[] bytes, InstallationKey key) =>
        Split(bytes) is var (json, mac) && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(MacOf(json, key)));

    private static BackupManifest? TryDeserialize(string json)
    {
        try
        {
            // A newer one may have lost fields that this version requires: its number alone must be readable.
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty(nameof(Format), out var format) && format.GetInt32() > CurrentFormat
                ? Newer(format.GetInt32())
                : JsonSerializer.Deserialize<BackupManifest>(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static BackupManifest Newer(int format) => new()
    {
        Format = format, Generation = 0, Installation = "", CreatedAt = default, Program = "", Database = "", Files = [], Stores = [],
    };

    private static (string Json, string Mac)? Split(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var end = text.LastIndexOf(Mark, StringComparison.Ordinal);
        return end < 0 ? null : (text[..end], text[(end + Mark.Length)..].TrimEnd('\n'));
    }

    private static string MacOf(string json, InstallationKey key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key.Derive("backup manifest", []), Encoding.UTF8.GetBytes(json)));
}

/// <param name="Path">Relative to the backup directory, with '/'.</param>
/// <param name="Sha256">Hexadecimal, of the whole file.</param>
internal sealed record BackupFile(string Path, long Size, string Sha256);

/// <param name="Number">In the master database.</param>
/// <param name="AsOf">The generation in which it was read.</param>
internal sealed record BackupStore(int Number, Guid Id, Guid Incarnation, long Commit, string Hash, int AsOf, IReadOnlyList<BackupSegment> Segments);

/// <param name="Name">In the store.</param>
/// <param name="Path">In the backup.</param>
/// <param name="IsSealed">Has no write permission in the store.</param>
internal sealed record BackupSegment(string Name, string Path, bool IsSealed);
