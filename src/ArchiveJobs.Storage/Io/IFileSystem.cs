using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Io;

/// <summary>The few durable operations the store is built from; tests give another one to inject faults.</summary>
internal interface IFileSystem
{
    /// <summary>Makes a file that must not exist yet (O_EXCL) and opens it for writing.</summary>
    IAppendFile CreateNew(string path);

    /// <summary>Opens an existing file to cut and seal it.</summary>
    IAppendFile OpenExisting(string path);

    /// <summary>Makes the entries of a directory durable. Crash before: a new file may be missing though its bytes were synced.</summary>
    void SyncDirectory(string directory);

    /// <summary>Writes a small file whole: temporary file, fsync, rename, fsync of the directory. Readers see the old or the new one.</summary>
    void ReplaceFile(string path, ReadOnlySpan<byte> content);

    void MakeReadOnly(string path);

    /// <summary>Removes a file, also a read-only one. Nothing depends on when that becomes durable.</summary>
    void Delete(string path);

    /// <summary>Gives a finished file its name, in place of one that has it. Durable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Bytes an unprivileged writer may still use.</summary>
    long FreeBytes(string directory);
}

/// <summary>A file written at chosen offsets and made durable on demand. After an exception it must not be written again.</summary>
internal interface IAppendFile : IDisposable
{
    SafeFileHandle Handle { get; }

    void Write(ReadOnlySpan<byte> bytes, long offset);

    void SetLength(long length);

    /// <summary>Returns only when everything written is durable.</summary>
    /// <exception cref="IOException">It may not be; what was written since the last success must be taken as lost.</exception>
    void Sync();
}
