using System.Buffers;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>
/// Arrays for a short time. Small ones come from the shared pool; it rounds up to powers of two and keeps what it gets, which for parts
/// of megabytes doubled the memory of a run, so large ones are made for the purpose and left to the collector.
/// </summary>
internal static class Scratch
{
    private const int LargestPooled = 512 * 1024;

    /// <returns>At least as long as asked for; the contents are undefined.</returns>
    public static byte[] Rent(int length) =>
        length > LargestPooled ? GC.AllocateUninitializedArray<byte>(length) : ArrayPool<byte>.Shared.Rent(length);

    public static void Return(byte[] bytes)
    {
        if (bytes.Length <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
