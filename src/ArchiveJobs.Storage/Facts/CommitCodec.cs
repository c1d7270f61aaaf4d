using System.Buffers.Binary;
using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Facts;

/// <summary>A commit as it lies in a record, and its place in the chain; docs/formats/facts.md, "Commit". One thread at a time.</summary>
internal sealed class CommitCodec
{
    private readonly ByteWriter _facts = new();
    private readonly ByteWriter _fact = new();
    private readonly MerkleTree _tree = new();

    /// <summary>Appends the commit to <paramref name="to"/>.</summary>
    /// <returns>H(n).</returns>
    public ContentId Write(Commit commit, ContentId previous, ByteWriter to)
    {
        _tree.Clear();
        _facts.Clear();
        foreach (var fact in commit.Facts)
        {
            _fact.Clear();
            FactCodec.Write(fact, _fact);
            _tree.Add(_fact.Written);
            _facts.Varint((ulong)_fact.Length);
            _facts.Bytes(_fact.Written);
        }

        var hash = Chain(commit.Number, previous, _tree.Root());
        to.Int64(commit.Number);
        to.Id(previous);
        to.Id(hash);
        to.Int64(commit.At.ToUnixTimeMilliseconds());
        to.Varint((ulong)commit.Facts.Count);
        to.Bytes(_facts.Written);
        return hash;
    }

    /// <summary>Reads a commit and checks its hash against its facts.</summary>
    /// <exception cref="InvalidDataException">Not a commit, or H(n) does not follow from H(n-1) and the facts.</exception>
    public ChainedCommit Read(ReadOnlySpan<byte> bytes)
    {
        _tree.Clear();
        var from = new ByteReader(bytes);
        var number = from.Int64();
        var previous = from.Id();
        var hash = from.Id();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(from.Int64(), 0, 253_402_300_799_999));
        var facts = new Fact[from.Count(2)];
        var folders = 0;
        for (var i = 0; i < facts.Length; i++)
        {
            var body = from.Bytes(from.Count(1));
            _tree.Add(body);
            facts[i] = FactCodec.Read(body, folders);
            folders += facts[i] is FolderFact ? 1 : 0;
        }

        if (from.Left != 0 || Chain(number, previous, _tree.Root()) != hash)
        {
            throw new InvalidDataException($"The facts of commit {number} do not give its hash.");
        }

        return new ChainedCommit(new Commit(number, at, facts), previous, hash);
    }

    /// <summary>H(n) = SHA-256(n || H(n-1) || D(n)), n as 8 bytes big-endian.</summary>
    public static ContentId Chain(long number, ContentId previous, ContentId facts)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long) + (2 * ContentId.Bytes)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        previous.CopyTo(bytes[sizeof(long)..]);
        facts.CopyTo(bytes[(sizeof(long) + ContentId.Bytes)..]);
        return ContentId.Of(bytes);
    }
}

/// <param name="Previous">H(n-1).</param>
/// <param name="Hash">H(n).</param>
internal sealed record ChainedCommit(Commit Commit, ContentId Previous, ContentId Hash);
