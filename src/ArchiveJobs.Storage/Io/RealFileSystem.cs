using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Io;

/// <summary>The operating system's files.</summary>
internal sealed class RealFileSystem : IFileSystem
{
    public static RealFileSystem Instance { get; } = new();

    public IAppendFile CreateNew(string path) =>
        new RealAppendFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read), path);

    public IAppendFile OpenExisting(string path) =>
        new RealAppendFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read), path);

    public void SyncDirectory(string directory) => NativeSync.Directory(directory);

    public void ReplaceFile(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        File.Delete(temporary);
        using (var file = CreateNew(temporary))
        {
            file.Write(content, 0);
            file.Sync();
        }

        // Crash here: the old file is in place, the temporary one is removed by the next replacement.
        File.Move(temporary, path, overwrite: true);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    public void MakeReadOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            return;
        }

        File.SetAttributes(path, FileAttributes.ReadOnly);
    }

    public void Delete(string path)
    {
        if (OperatingSystem.IsWindows() && File.Exists(path))
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }

        File.Delete(path);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public long FreeBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;

    private sealed class RealAppendFile(SafeFileHandle handle, string path) : IAppendFile
    {
        public SafeFileHandle Handle => handle;

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Sync() => NativeSync.File(handle, path);

        public void Dispose() => handle.Dispose();
    }
}
