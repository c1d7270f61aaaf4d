using ArchiveJobs.Core;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Reading;

/// <summary>Decoded blocks that were read last, up to a number of bytes. Thread-safe.</summary>
internal sealed class BlockCache(long capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<((SegmentId Segment, long Offset) Key, DecodedBlock Block)> _order = new();
    private readonly Dictionary<(SegmentId, long), LinkedListNode<((SegmentId, long), DecodedBlock)>> _blocks = [];
    private long _bytes;

    public DecodedBlock? Find(SegmentId segment, long offset)
    {
        lock (_lock)
        {
            if (!_blocks.TryGetValue((segment, offset), out var node))
            {
                return null;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Item2;
        }
    }

    public void Keep(SegmentId segment, long offset, DecodedBlock block)
    {
        lock (_lock)
        {
            if (_blocks.ContainsKey((segment, offset)) || block.Bytes.Length > capacity)
            {
                return;
            }

            _blocks.Add((segment, offset), _order.AddFirst(((segment, offset), block)));
            _bytes += block.Bytes.Length;
            while (_bytes > capacity)
            {
                var last = _order.Last!;
                _bytes -= last.Value.Block.Bytes.Length;
                _blocks.Remove(last.Value.Key);
                _order.RemoveLast();
            }
        }
    }
}

/// <summary>A data block as it was before compression.</summary>
internal sealed class DecodedBlock
{
    private readonly List<BlockEntry> _entries = [];
    private readonly int _start;

    /// <exception cref="InvalidDataException">Not a block.</exception>
    public DecodedBlock(byte[] bytes)
    {
        Bytes = bytes;
        _start = BlockDirectory.Read(bytes, _entries);
    }

    public byte[] Bytes { get; }

    public IReadOnlyList<BlockEntry> Entries => _entries;

    public ReadOnlyMemory<byte> Content(int index) => Bytes.AsMemory(_start + _entries[index].Offset, _entries[index].Length);
}

/// <summary>Reads entries by location, through the cache. Thread-safe.</summary>
internal sealed class EntryReader(StoreName store, SegmentPool segments, BlockCache cache)
{
    /// <exception cref="ArchiveException">The block does not verify, or holds another entry there (StoreCorrupt).</exception>
    public ReadOnlyMemory<byte> Read(EntryKey key, EntryLocation location)
    {
        var block = ReadBlock(location.Segment, location.BlockOffset);
        if (location.Index >= block.Entries.Count || block.Entries[location.Index].Key != key)
        {
            throw StoreFailure.Damaged(store, location.Segment.FileName, location.BlockOffset, "another entry lies where the catalog says");
        }

        return block.Content(location.Index);
    }

    private DecodedBlock ReadBlock(SegmentId segment, long offset)
    {
        if (cache.Find(segment, offset) is { } cached)
        {
            return cached;
        }

        var file = segments.Open(segment) ?? throw StoreFailure.Damaged(store, segment.FileName, 0, "the file is missing");
        using var compressor = Compressors.Create();
        var plain = file.ReadRecord(offset, compressor, out var header, out var reason);
        if (plain is null || header.Type != RecordType.Data)
        {
            throw StoreFailure.Damaged(store, segment.FileName, offset, plain is null ? reason : "no block of entries here");
        }

        try
        {
            var block = new DecodedBlock(plain);
            cache.Keep(segment, offset, block);
            return block;
        }
        catch (InvalidDataException e)
        {
            throw StoreFailure.Damaged(store, segment.FileName, offset, e.Message);
        }
    }
}
