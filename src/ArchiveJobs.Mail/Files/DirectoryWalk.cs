using System.IO.Enumeration;

namespace ArchiveJobs.Mail.Files;

/// <summary>Lists directories below a mailbox. Symbolic links are listed as links and not followed: whoever may write into a mailbox may not have other files of this machine archived.</summary>
internal static class DirectoryWalk
{
    public const int MaxDepth = 64;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    /// <summary>Directories directly below, by name.</summary>
    /// <exception cref="ArchiveJobs.Core.ArchiveException">path.missing or path.denied.</exception>
    public static IReadOnlyList<DirectoryEntry> Directories(string path) => PathTrouble.Translated(path, () =>
        new FileSystemEnumerable<DirectoryEntry>(path, (ref FileSystemEntry entry) => new DirectoryEntry(entry.FileName.ToString(), IsLink(entry)), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory,
        }.OrderBy(entry => entry.Name, StringComparer.Ordinal).ToList());

    /// <summary>Files directly below, hidden ones left out, in no order.</summary>
    /// <exception cref="ArchiveJobs.Core.ArchiveException">path.missing or path.denied.</exception>
    public static List<FileEntry> Files(string path, string suffix = "") => PathTrouble.Translated(path, () =>
        new FileSystemEnumerable<FileEntry>(path, ToFile, Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => IsFile(ref entry, suffix),
        }.ToList());

    public static long CountFiles(string path, string suffix = "") => PathTrouble.Translated(path, () =>
        new FileSystemEnumerable<bool>(path, (ref FileSystemEntry _) => true, Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => IsFile(ref entry, suffix),
        }.LongCount());

    private static bool IsFile(ref FileSystemEntry entry, string suffix) =>
        !entry.IsDirectory && entry.FileName[0] != '.' && entry.FileName.EndsWith(suffix, StringComparison.OrdinalIgnoreCase);

    private static FileEntry ToFile(ref FileSystemEntry entry) => new(entry.FileName.ToString(), entry.Length, entry.LastWriteTimeUtc, IsLink(entry));

    private static bool IsLink(in FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
}

internal readonly record struct DirectoryEntry(string Name, bool IsLink);

/// <param name="Length">Octets.</param>
internal readonly record struct FileEntry(string Name, long Length, DateTimeOffset WrittenAt, bool IsLink);
