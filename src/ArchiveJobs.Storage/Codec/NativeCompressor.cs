namespace ArchiveJobs.Storage.Codec;

/// <summary>libzstd by ZstdNet; 1.4 to 3 times as fast as the managed one.</summary>
internal sealed class NativeCompressor : ICompressor
{
    private readonly ZstdNet.Compressor _compressor = new(new ZstdNet.CompressionOptions(Zstd.Level));
    private readonly ZstdNet.Decompressor _decompressor = new();

    public string Name => "libzstd";

    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination) => _compressor.Wrap(source, destination);

    public int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        try
        {
            return _decompressor.Unwrap(source, destination, bufferSizePrecheck: false);
        }
        catch (ZstdNet.ZstdException e)
        {
            throw new InvalidDataException("The compressed data cannot be read.", e);
        }
    }

    public void Dispose()
    {
        _compressor.Dispose();
        _decompressor.Dispose();
    }
}
