namespace ArchiveJobs.Storage.Codec;

/// <summary>Makes compressors: native where libzstd loads, managed elsewhere. Both write and read the same format.</summary>
internal static class Compressors
{
    private static readonly bool IsNative = LoadsNative();

    public static ICompressor Create() => IsNative ? new NativeCompressor() : new ManagedCompressor();

    private static bool LoadsNative()
    {
        try
        {
            using var probe = new NativeCompressor();
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException)
        {
            return false;
        }
    }
}
