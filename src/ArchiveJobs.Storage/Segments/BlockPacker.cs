using System.Collections.Concurrent;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Segments;

/// <summary>
/// Compresses full blocks beside the writer, on the threads of the pool, and proves each by decompressing it again. The writer goes on filling the next block meanwhile;
/// order and encryption stay with it.
/// </summary>
internal sealed class BlockPacker : IDisposable
{
    private readonly ConcurrentBag<ICompressor> _idle = [];
    private readonly List<Task<PackedBlock>> _running = [];

    /// <summary>Nothing may be added to the block from here on, until it is cleared.</summary>
    public void Start(BlockBuilder block)
    {
        _running.RemoveAll(task => task.IsCompleted);
        block.Packing = Task.Run(() => Pack(block));
        _running.Add(block.Packing);
    }

    /// <summary>Waits for what is under way.</summary>
    public void Dispose()
    {
        Task.WhenAll(_running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
        while (_idle.TryTake(out var compressor))
        {
            compressor.Dispose();
        }
    }

    private PackedBlock Pack(BlockBuilder block)
    {
        var compressor = _idle.TryTake(out var idle) ? idle : Compressors.Create();
        var plain = block.Build();
        var bytes = Scratch.Rent(Zstd.MaxCompressed(plain.Length));
        var length = compressor.Compress(plain, bytes);
        var check = Scratch.Rent(plain.Length);
        if (compressor.Decompress(bytes.AsSpan(0, length), check) != plain.Length || !plain.SequenceEqual(check.AsSpan(0, plain.Length)))
        {
            throw new InvalidDataException("A block does not decompress to what was compressed.");
        }

        Scratch.Return(check);
        _idle.Add(compressor);
        return new PackedBlock(bytes, length);
    }
}

/// <summary>A block's body, compressed; the frame may be longer than the body.</summary>
internal sealed class PackedBlock(byte[] bytes, int length)
{
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>Gives the array back; the bytes are not valid any longer.</summary>
    public void Release() => Scratch.Return(bytes);
}
