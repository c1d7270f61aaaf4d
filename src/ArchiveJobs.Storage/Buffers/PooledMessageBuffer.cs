using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>One message: pooled memory up to the limit, then a spill file that goes with the buffer.</summary>
internal sealed class PooledMessageBuffer(MessageBuffers owner, int reserved, int spillBytes) : MessageBuffer
{
    private const int SpillWindow = 64 * 1024;

    private byte[]? _memory = MessageBuffers.Rent(reserved);
    private int _reserved = reserved;
    private FileStream? _spill;
    private string? _spillPath;
    private IncrementalHash? _hash;
    private long _length;
    private ContentId? _id;

    public override long Length => _length;

    public override ContentId Id => _id ?? throw new InvalidOperationException("The message is not complete.");

    public override bool IsInMemory => _spillPath is null;

    public override ReadOnlyMemory<byte> Memory => _memory is not null && IsInMemory
        ? _memory.AsMemory(0, (int)_length)
        : throw new InvalidOperationException("The message is not in memory.");

    public override void Write(ReadOnlySpan<byte> octets)
    {
        if (_id is not null)
        {
            throw new InvalidOperationException("The message is complete.");
        }

        if (_length + octets.Length > int.MaxValue)
        {
            throw new InvalidDataException("A message has at most 2^31 - 1 octets.");
        }

        if (_spill is null && _length + octets.Length > spillBytes)
        {
            BeginSpill();
        }

        if (_spill is not null)
        {
            Spill(octets);
        }
        else
        {
            EnsureRoom((int)_length + octets.Length);
            octets.CopyTo(_memory.AsSpan((int)_length));
        }

        _length += octets.Length;
    }

    public override void Complete()
    {
        if (_id is not null)
        {
            return;
        }

        if (_spill is null)
        {
            _id = ContentId.Of(_memory.AsSpan(0, (int)_length));
            return;
        }

        try
        {
            _spill.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, default);
        }

        _spill = null;
        _id = new ContentId(_hash!.GetHashAndReset());
    }

    public override Stream OpenRead() => _spillPath is null
        ? new MemoryStream(_memory!, 0, (int)_length, writable: false)
        : new FileStream(_spillPath, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, SpillWindow);

    protected override void Dispose(bool disposing)
    {
        if (_memory is not null)
        {
            MessageBuffers.Return(_memory);
            _memory = null;
        }

        if (_reserved > 0)
        {
            owner.Release(_reserved);
            _reserved = 0;
        }

        _hash?.Dispose();
        _spill?.Dispose();
        _spill = null;
        if (_spillPath is not null)
        {
            File.Delete(_spillPath);
            _spillPath = null;
        }
    }

    private void EnsureRoom(int length)
    {
        if (length <= _memory!.Length)
        {
            if (length > _reserved)
            {
                owner.Grow(length - _reserved);
                _reserved = length;
            }

            return;
        }

        var larger = MessageBuffers.Rent(Math.Min(spillBytes, Math.Max(length, _memory.Length * 2)));
        _memory.AsSpan(0, (int)_length).CopyTo(larger);
        MessageBuffers.Return(_memory);
        _memory = larger;
        var more = Math.Max(0, length - _reserved);
        owner.Grow(more);
        _reserved += more;
    }

    private void BeginSpill()
    {
        try
        {
            _spillPath = owner.NextSpillPath();
            _spill = new FileStream(_spillPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, SpillWindow);
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Spill(_memory.AsSpan(0, (int)_length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, default);
        }

        // The memory is given back at once: a message in a file counts nothing against the budget.
        MessageBuffers.Return(_memory!);
        _memory = null;
        owner.Release(_reserved);
        _reserved = 0;
    }

    private void Spill(ReadOnlySpan<byte> octets)
    {
        try
        {
            _spill!.Write(octets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, default);
        }

        _hash!.AppendData(octets);
    }
}
