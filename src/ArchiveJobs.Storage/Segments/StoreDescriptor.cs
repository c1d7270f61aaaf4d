using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Segments;

/// <summary>The STORE file: who this store is, and its keys wrapped by the installation key. Two equal copies, STORE and STORE.2; docs/formats/segment.md.</summary>
internal sealed class StoreDescriptor
{
    private const string FirstCopy = "STORE";
    private const string SecondCopy = "STORE.2";

    public required Guid Id { get; init; }

    /// <summary>Changes when a copy of the store becomes a store of its own (restore, attach as copy).</summary>
    public required Guid Incarnation { get; init; }

    public required string Name { get; init; }

    public required StoreKeys Keys { get; init; }

    /// <summary>Incarnations that this copy was made from, and how far; empty in a store that was never restored.</summary>
    public IReadOnlyList<FormerIncarnation> Former { get; init; } = [];

    /// <summary>True when a segment with this header is part of this store: written by this incarnation, or by a former one before the copy was made.</summary>
    public bool Owns(SegmentHeader header) =>
        header.Store == Id && Keys.Has(header.KeyVersion)
        && (header.Incarnation == Incarnation || Former.Any(former => former.Incarnation == header.Incarnation && header.Segment <= former.Last));

    /// <summary>True when the STORE file is there: a folder without it is no store.</summary>
    public static bool ExistsIn(string directory) => File.Exists(Path.Combine(directory, FirstCopy)) || File.Exists(Path.Combine(directory, SecondCopy));

    /// <summary>Both copies, as they lie in a folder.</summary>
    public static IEnumerable<string> CopiesIn(string directory) => new[] { FirstCopy, SecondCopy }.Select(name => Path.Combine(directory, name)).Where(File.Exists);

    /// <summary>Writes the STORE file of a copy: the same store and keys, another incarnation.</summary>
    /// <param name="directory">Of the copy, its segments in place.</param>
    /// <param name="last">The last segment that was copied.</param>
    public void WriteCopy(string directory, SegmentId last, InstallationKey installation, IFileSystem files)
    {
        var content = new Content
        {
            Id = Id,
            Incarnation = Guid.NewGuid(),
            Name = Name,
            Keys = [.. Keys.Versions.Select(version => new WrappedKey { Version = version, Key = Keys.WrapAgain(installation, version) })],
            Former = [.. Former.Append(new FormerIncarnation(Incarnation, last)).Select(former => new FormerCopy { Incarnation = former.Incarnation, Through = former.Last.FileName })],
        };
        var text = Seal(content, Keys);
        files.ReplaceFile(Path.Combine(directory, SecondCopy), text);
        files.ReplaceFile(Path.Combine(directory, FirstCopy), text);
    }

    public static StoreDescriptor Create(string directory, string name, InstallationKey installation, IFileSystem files)
    {
        var id = Guid.NewGuid();
        var master = StoreKeys.NewMaster();
        var content = new Content { Id = id, Incarnation = Guid.NewGuid(), Name = name, Keys = [new WrappedKey { Version = 1, Key = StoreKeys.Wrap(installation, id, 1, master) }] };
        var keys = new StoreKeys(id, new Dictionary<uint, byte[]> { [1] = master });
        var text = Seal(content, keys);
        files.ReplaceFile(Path.Combine(directory, FirstCopy), text);
        files.ReplaceFile(Path.Combine(directory, SecondCopy), text);
        return new StoreDescriptor { Id = id, Incarnation = content.Incarnation, Name = name, Keys = keys };
    }

    /// <summary>Reads the first copy that verifies and mends the other.</summary>
    /// <exception cref="ArchiveException">No store here (StoreOffline); neither copy verifies, or another installation's key (StoreCorrupt).</exception>
    public static StoreDescriptor Read(string directory, StoreName store, InstallationKey installation)
    {
        var first = Path.Combine(directory, FirstCopy);
        var second = Path.Combine(directory, SecondCopy);
        if (!File.Exists(first) && !File.Exists(second))
        {
            throw StoreFailure.Offline(store, directory);
        }

        return TryRead(first, installation) ?? TryRead(second, installation)
            ?? throw StoreFailure.Damaged(store, FirstCopy, 0, "neither copy can be read with the key of this installation");
    }

    /// <summary>Copies that do not verify, for VerifyStore.</summary>
    public static IEnumerable<string> FindDamagedCopies(string directory, InstallationKey installation) =>
        new[] { FirstCopy, SecondCopy }.Where(name => TryRead(Path.Combine(directory, name), installation) is null);

    private static StoreDescriptor? TryRead(string path, InstallationKey installation)
    {
        try
        {
            var text = File.ReadAllText(path, Encoding.UTF8);
            var end = text.LastIndexOf("\nhmac ", StringComparison.Ordinal);
            if (end < 0 || JsonSerializer.Deserialize<Content>(text[..end]) is not { Format: 0 } content)
            {
                return null;
            }

            var keys = new StoreKeys(content.Id, content.Keys.ToDictionary(key => key.Version, key => StoreKeys.Unwrap(installation, content.Id, key.Version, key.Key)));
            var mac = HMACSHA256.HashData(keys.DeriveDescriptorKey(keys.LatestVersion), Encoding.UTF8.GetBytes(text[..end]));
            return text[(end + 1)..].TrimEnd('\n') == "hmac " + Convert.ToHexStringLower(mac)
                ? new StoreDescriptor { Id = content.Id, Incarnation = content.Incarnation, Name = content.Name, Keys = keys, Former = ReadFormer(content) }
                : null;
        }
        catch (Exception e) when (e is IOException or JsonException or CryptographicException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;   // The other copy is asked; when both fail the caller says so.
        }
    }

    private static IReadOnlyList<FormerIncarnation> ReadFormer(Content content) =>
        [.. (content.Former ?? []).Select(former => SegmentId.Parse(former.Through) is { } last ? new FormerIncarnation(former.Incarnation, last) : throw new JsonException("no name of a segment"))];

    private static byte[] Seal(Content content, StoreKeys keys)
    {
        var json = JsonSerializer.Serialize(content);
        var mac = HMACSHA256.HashData(keys.DeriveDescriptorKey(keys.LatestVersion), Encoding.UTF8.GetBytes(json));
        return Encoding.UTF8.GetBytes($"{json}\nhmac {Convert.ToHexStringLower(mac)}\n");
    }

    private sealed class Content
    {
        public int Format { get; init; }

        public required Guid Id { get; init; }

        public required Guid Incarnation { get; init; }

        public required string Name { get; init; }

        public required IReadOnlyList<WrappedKey> Keys { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<FormerCopy>? Former { get; init; }
    }

    private sealed class FormerCopy
    {
        public required Guid Incarnation { get; init; }

        public required string Through { get; init; }
    }

    private sealed class WrappedKey
    {
        public required uint Version { get; init; }

        public required byte[] Key { get; init; }
    }
}

/// <param name="Last">The last segment of it that belongs to the copy.</param>
internal sealed record FormerIncarnation(Guid Incarnation, SegmentId Last);
