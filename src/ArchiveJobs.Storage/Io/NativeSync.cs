using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Io;

/// <summary>
/// fsync with its return value checked. On Linux .NET's own ways (RandomAccess.FlushToDisk, FileStream.Flush(true)) report nothing when fsync fails
/// with EIO or ENOSPC, so both are banned in this code base.
/// </summary>
internal static partial class NativeSync
{
    private const int OpenReadOnly = 0;
    private const int Interrupted = 4;   // EINTR
    private const int DontNeed = 4;      // POSIX_FADV_DONTNEED

    /// <exception cref="IOException">HResult holds errno on Unix.</exception>
    public static void File(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!FlushFileBuffers(handle))
            {
                throw Failure("FlushFileBuffers", path);
            }

            return;
        }

        while (Fsync(handle) != 0)
        {
            // EINTR alone is no failure of the disk; anything else must never be tried again on the same file.
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("fsync", path);
            }
        }
    }

    /// <summary>Nothing to do on Windows: NTFS makes names durable with the file.</summary>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = Open(path, OpenReadOnly);
        if (handle.IsInvalid)
        {
            throw Failure("open", path);
        }

        File(handle, path);
    }

    /// <summary>Asks the system to forget what it holds of a file in memory, so that the next read comes from the disk. A hint: failing it changes nothing.</summary>
    public static void DropCache(SafeFileHandle handle)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(handle, 0, 0, DontNeed);
        }
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} failed for {Path.GetFileName(path)}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("kernel32", EntryPoint = "FlushFileBuffers", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);
}
