namespace ArchiveJobs.Storage.Codec;

/// <summary>zstd frames (RFC 8878) at level 3 with the content size in the header. One thread at a time.</summary>
internal interface ICompressor : IDisposable
{
    string Name { get; }

    /// <returns>Bytes written; at most <see cref="Zstd.MaxCompressed"/> of the source length.</returns>
    int Compress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <returns>Bytes written.</returns>
    /// <exception cref="InvalidDataException">Not a frame, damaged, or larger than the destination.</exception>
    int Decompress(ReadOnlySpan<byte> source, Span<byte> destination);
}

internal static class Zstd
{
    public const int Level = 3;

    /// <summary>The bound of the format's reference implementation, rounded up.</summary>
    public static int MaxCompressed(int length) => length + (length >> 8) + 512;
}
