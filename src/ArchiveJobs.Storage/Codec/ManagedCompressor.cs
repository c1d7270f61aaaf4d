namespace ArchiveJobs.Storage.Codec;

/// <summary>ZstdSharp, for platforms where libzstd does not load.</summary>
internal sealed class ManagedCompressor : ICompressor
{
    private readonly ZstdSharp.Compressor _compressor = new(Zstd.Level);
    private readonly ZstdSharp.Decompressor _decompressor = new();

    public string Name => "ZstdSharp";

    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination) => _compressor.Wrap(source, destination);

    public int Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        try
        {
            return _decompressor.Unwrap(source, destination);
        }
        catch (ZstdSharp.ZstdException e)
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
