using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Folders;

namespace ArchiveJobs.Mail.Files;

/// <summary>
/// One mbox file, or a directory tree of them: each file is a folder by its path without ".mbox". "Name.sbd" beside "Name" holds the folders below it,
/// as some mail programs keep them. Files that do not begin like an mbox file are left out of a tree, with a note.
/// </summary>
internal sealed class MboxTree(MailboxConnection connection, string root, string account, IMessageBuffers buffers) : IFileTree
{
    private const string MboxSuffix = ".mbox";
    private const string SubdirectorySuffix = ".sbd";

    public FileFolders FindFolders(CancellationToken cancellationToken)
    {
        if (File.Exists(root))
        {
            return new FileFolders([Folder("", Path.GetFileName(root), root)], []);
        }

        var found = new List<SourceFolder>();
        var notes = new List<string>();
        Descend(root, "", 0, found, notes, cancellationToken);
        return new FileFolders(found, notes);
    }

    public IFileFolder Open(SourceFolder folder, string location) =>
        new MboxFolder(location, connection.UnquoteMboxrd, connection.MaxMessageOctets, buffers, new ItemTrouble(account, folder.Path));

    public bool Exists(string location) => File.Exists(location);

    private static void Descend(string directory, string parent, int depth, List<SourceFolder> found, List<string> notes, CancellationToken cancellationToken)
    {
        var directories = DirectoryWalk.Directories(directory);
        foreach (var file in DirectoryWalk.Files(directory).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var location = Path.Combine(directory, file.Name);
            if (file.IsLink || !IsMbox(location, file))
            {
                notes.Add($"{location} is a symbolic link or not an mbox file and was left out.");
                continue;
            }

            var folder = Folder(parent, file.Name, location);
            found.Add(found.Exists(other => other.Path == folder.Path) ? folder with { Path = FolderNames.Join(parent, FolderNames.Escape(file.Name)) } : folder);
        }

        foreach (var entry in directories)
        {
            var location = Path.Combine(directory, entry.Name);
            if (entry.IsLink || depth == DirectoryWalk.MaxDepth)
            {
                notes.Add($"{location} is a symbolic link or too deep and was left out.");
                continue;
            }

            Descend(location, FolderNames.Join(parent, FolderNames.Escape(Without(entry.Name, SubdirectorySuffix))), depth + 1, found, notes, cancellationToken);
        }
    }

    private static SourceFolder Folder(string parent, string fileName, string location)
    {
        var path = FolderNames.Join(parent, FolderNames.Escape(Without(fileName, MboxSuffix)));
        return new SourceFolder(path, SpecialUseByName.Of(path), Selectable: true, null) { Native = location };
    }

    private static string Without(string name, string suffix) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? name[..^suffix.Length] : name;

    private static bool IsMbox(string path, FileEntry file) => file.Name.EndsWith(MboxSuffix, StringComparison.OrdinalIgnoreCase) || PathTrouble.Translated(path, () =>
    {
        using var handle = File.OpenHandle(path);
        Span<byte> start = stackalloc byte[5];
        var read = RandomAccess.Read(handle, start, 0);
        return start[..read].SequenceEqual("From "u8);
    });
}
