using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>
/// A message in pooled memory. It grows within the budget without ever waiting: when there is no room, or the message is too large for memory,
/// it goes on in a spill file, so that a buffer half full never waits for another.
/// </summary>
internal sealed class MemoryBuffer(string spillDirectory, MemoryBudget budget, int reserved, int largest) : MessageBuffer
{
    private byte[] _bytes = Scratch.Rent(reserved);
    private int _length;
    private int _reserved = reserved;
    private SpillBuffer? _spill;
    private ContentId? _id;

    public override long Length => _spill?.Length ?? _length;

    public override ContentId Id => _spill?.Id ?? _id ?? throw new InvalidOperationException("The message is not complete.");

    public override bool IsInMemory => _spill is null;

    public override ReadOnlyMemory<byte> Memory => _spill is null ? _bytes.AsMemory(0, _length) : throw new InvalidOperationException("The message lies in a file.");

    public override void Write(ReadOnlySpan<byte> octets)
    {
        if (_spill is null && !HasRoomFor(octets.Length))
        {
            Spill();
        }

        if (_spill is not null)
        {
            _spill.Write(octets);
            return;
        }

        octets.CopyTo(_bytes.AsSpan(_length));
        _length += octets.Length;
    }

    public override void Complete()
    {
        if (_spill is not null)
        {
            _spill.Complete();
            return;
        }

        _id = ContentId.Of(_bytes.AsSpan(0, _length));
    }

    public override Stream OpenRead() => _spill?.OpenRead() ?? new MemoryStream(_bytes, 0, _length, writable: false);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _spill?.Dispose();
            ReleaseMemory();
        }
    }

    private bool HasRoomFor(int more)
    {
        var needed = (long)_length + more;
        if (needed > largest)
        {
            return false;
        }

        if (needed > _reserved)
        {
            var wanted = (int)Math.Min(largest, Math.Max(needed, _reserved * 2L));
            if (!budget.TryTake(wanted - _reserved))
            {
                return false;
            }

            _reserved = wanted;
        }

        if (needed > _bytes.Length)
        {
            var larger = Scratch.Rent(_reserved);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            Scratch.Return(_bytes);
            _bytes = larger;
        }

        return true;
    }

    private void Spill()
    {
        var spill = new SpillBuffer(spillDirectory);
        try
        {
            spill.Write(_bytes.AsSpan(0, _length));
        }
        catch (ArchiveException)
        {
            spill.Dispose();
            throw;
        }

        _spill = spill;
        ReleaseMemory();
    }

    private void ReleaseMemory()
    {
        if (_reserved > 0)
        {
            Scratch.Return(_bytes);
            budget.Return(_reserved);
            _bytes = [];
            _reserved = 0;
        }
    }
}
