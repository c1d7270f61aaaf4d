using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Facts;

/// <summary>The Merkle tree hash of RFC 6962 section 2.1 over SHA-256, built leaf by leaf.</summary>
internal sealed class MerkleTree
{
    private readonly List<(ContentId Hash, int Leaves)> _roots = [];
    private readonly byte[] _pair = new byte[1 + (2 * ContentId.Bytes)];
    private byte[] _leaf = new byte[512];

    public void Clear() => _roots.Clear();

    public void Add(ReadOnlySpan<byte> leaf)
    {
        if (_leaf.Length < leaf.Length + 1)
        {
            _leaf = new byte[leaf.Length * 2];
        }

        _leaf[0] = 0;
        leaf.CopyTo(_leaf.AsSpan(1));
        var hash = ContentId.Of(_leaf.AsSpan(0, leaf.Length + 1));
        var leaves = 1;

        // Complete subtrees of equal size join, as the carry does in counting.
        while (_roots.Count > 0 && _roots[^1].Leaves == leaves)
        {
            hash = Join(_roots[^1].Hash, hash);
            leaves *= 2;
            _roots.RemoveAt(_roots.Count - 1);
        }

        _roots.Add((hash, leaves));
    }

    public ContentId Root()
    {
        if (_roots.Count == 0)
        {
            return ContentId.Of([]);
        }

        var root = _roots[^1].Hash;
        for (var i = _roots.Count - 2; i >= 0; i--)
        {
            root = Join(_roots[i].Hash, root);
        }

        return root;
    }

    private ContentId Join(ContentId left, ContentId right)
    {
        _pair[0] = 1;
        left.CopyTo(_pair.AsSpan(1));
        right.CopyTo(_pair.AsSpan(1 + ContentId.Bytes));
        return ContentId.Of(_pair);
    }
}
