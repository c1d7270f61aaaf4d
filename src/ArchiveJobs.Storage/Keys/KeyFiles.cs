using System.Globalization;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Storage.Io;

namespace ArchiveJobs.Storage.Keys;

/// <summary>Files of keys/ that belong to no slot.</summary>
internal sealed class KeyFiles(string dataDirectory, IFileSystem files) : IKeyFiles
{
    private string Folder => Path.Combine(dataDirectory, "keys");

    public byte[]? Read(string name)
    {
        try
        {
            return File.ReadAllBytes(Of(name));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public string? Stamp(string name) =>
        new FileInfo(Of(name)) is { Exists: true } file ? string.Create(CultureInfo.InvariantCulture, $"{file.LastWriteTimeUtc.Ticks} {file.Length}") : null;

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        PrivateDirectory.Create(Folder);
        var temporary = Of(name) + ".tmp";
        files.Delete(temporary);
        using (var file = files.CreateNew(temporary))
        {
            // Closed to others before there is anything to read.
            PrivateDirectory.Protect(temporary);
            file.Write(content, 0);
            file.Sync();
        }

        // Crash here: the old file is in place, the temporary one is removed by the next replacement.
        files.Rename(temporary, Of(name));
        files.SyncDirectory(Folder);
    }

    public void Remove(string name) => files.Delete(Of(name));

    private string Of(string name) => Path.Combine(Folder, name);
}
