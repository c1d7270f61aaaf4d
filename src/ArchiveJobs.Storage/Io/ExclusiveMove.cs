using System.Runtime.InteropServices;

namespace ArchiveJobs.Storage.Io;

/// <summary>
/// Gives a file its name only if nobody has that name. File.Move without overwriting looks first and renames then on Unix: of several that do it at once, each believes to be the one.
/// </summary>
internal static partial class ExclusiveMove
{
    private const int Exists = 17; // EEXIST

    /// <returns>False when there is a file of that name; the other is removed then.</returns>
    /// <exception cref="IOException">The file system refused.</exception>
    public static bool Try(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryOnWindows(from, to);
        }

        // link(2) is atomic, on NFS too, and never replaces.
        var failed = Link(from, to) != 0;
        var error = Marshal.GetLastPInvokeError();
        File.Delete(from);
        if (failed && error != Exists)
        {
            throw new IOException($"{to} cannot be made: {Marshal.GetPInvokeErrorMessage(error)}");
        }

        return !failed;
    }

    private static bool TryOnWindows(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            File.Delete(from);
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
