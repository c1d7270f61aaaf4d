using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Reading;

/// <summary>Blobs that were read last, for one reader of many messages: attachments come again and again. Not thread-safe.</summary>
internal sealed class BlobCache(long capacity)
{
    private readonly Dictionary<ContentId, LinkedListNode<(ContentId Id, ReadOnlyMemory<byte> Bytes)>> _blobs = [];
    private readonly LinkedList<(ContentId Id, ReadOnlyMemory<byte> Bytes)> _order = new();
    private long _bytes;

    public ReadOnlyMemory<byte> Find(ContentId id, Func<ReadOnlyMemory<byte>> read)
    {
        if (_blobs.TryGetValue(id, out var node))
        {
            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Bytes;
        }

        var bytes = read();
        if (bytes.Length <= capacity / 4)
        {
            _blobs.Add(id, _order.AddFirst((id, bytes)));
            _bytes += bytes.Length;
            while (_bytes > capacity)
            {
                var last = _order.Last!;
                _bytes -= last.Value.Bytes.Length;
                _blobs.Remove(last.Value.Id);
                _order.RemoveLast();
            }
        }

        return bytes;
    }
}
