using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>Collects entries into the plain body of one data block; docs/formats/segment.md, "Data block". Kept and cleared between blocks.</summary>
internal sealed class BlockBuilder
{
    /// <summary>Entries are collected up to here; solid blocks of this size compress as well as larger ones and read fast.</summary>
    public const int TargetBytes = 256 * 1024;

    private readonly ByteWriter _entries = new();
    private readonly ByteWriter _plain = new();
    private readonly List<BlockEntry> _directory = [];

    public bool IsEmpty => _directory.Count == 0;

    public IReadOnlyList<BlockEntry> Directory => _directory;

    public int Length => _entries.Length;

    /// <summary>Set while <see cref="BlockPacker"/> compresses the block, and after it, until the result is taken.</summary>
    public Task<PackedBlock>? Packing { get; set; }

    /// <summary>An entry that would make the block larger than the target goes into the next one, unless this one is empty.</summary>
    public bool HasRoomFor(int bytes) => IsEmpty || _entries.Length + bytes <= TargetBytes;

    /// <returns>Index in the directory.</returns>
    public int Add(EntryKey key, EntryEnvelope envelope, ReadOnlySpan<byte> bytes)
    {
        _directory.Add(new BlockEntry(key, _entries.Length, bytes.Length, envelope));
        _entries.Bytes(bytes);
        return _directory.Count - 1;
    }

    /// <summary>Waits for the compressed body and hands it over, once; null when nobody compresses it.</summary>
    /// <exception cref="InvalidDataException">It does not decompress to itself: a fault of memory or of the codec.</exception>
    public PackedBlock? TakePacked()
    {
        var packed = Packing?.GetAwaiter().GetResult();
        Packing = null;
        return packed;
    }

    /// <summary>The plain body: the directory, then the entries end to end. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Build()
    {
        _plain.Clear();
        BlockDirectory.Write(_directory, _plain);
        _plain.Bytes(_entries.Written);
        return _plain.Written;
    }

    /// <summary>What <see cref="Build"/> made last.</summary>
    public ReadOnlySpan<byte> Built => _plain.Written;

    public void Clear()
    {
        _entries.Clear();
        _directory.Clear();
    }
}

/// <param name="Offset">From the first byte behind the directory.</param>
internal readonly record struct BlockEntry(EntryKey Key, int Offset, int Length, EntryEnvelope Envelope);

/// <summary>Where the message of an entry was first placed: for people who meet a block without any catalog.</summary>
/// <param name="Folder">Null for pieces of blobs.</param>
internal readonly record struct EntryEnvelope(FolderKey? Folder, DateTimeOffset? InternalDate)
{
    public static EntryEnvelope None => default;
}
