using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Folders;

namespace ArchiveJobs.Mail.Files;

/// <summary>A directory tree of *.eml files: each directory is a folder by its relative path, the top one is INBOX.</summary>
internal sealed class EmlTree(MailboxConnection connection, string root, string account, IMessageBuffers buffers) : IFileTree
{
    public FileFolders FindFolders(CancellationToken cancellationToken)
    {
        var found = new List<SourceFolder>();
        var notes = new List<string>();
        var top = DirectoryWalk.Directories(root);
        found.Add(Folder(TopName(top), root));
        Descend(root, "", top, 0, found, notes, cancellationToken);
        return new FileFolders(found, notes);
    }

    public IFileFolder Open(SourceFolder folder, string location)
    {
        var trouble = new ItemTrouble(account, folder.Path);
        return new EmlFolder(location, new FileOctets(buffers, connection.MaxMessageOctets, trouble), trouble);
    }

    public bool Exists(string location) => Directory.Exists(location);

    /// <summary>INBOX, unless a directory below has that name already.</summary>
    private static string TopName(IReadOnlyList<DirectoryEntry> top)
    {
        var name = FolderNames.Inbox;
        while (top.Any(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            name += "_";
        }

        return name;
    }

    private static SourceFolder Folder(string path, string location) => new(path, SpecialUseByName.Of(path), Selectable: true, null) { Native = location };

    private static void Descend(string directory, string parent, IReadOnlyList<DirectoryEntry> entries, int depth, List<SourceFolder> found, List<string> notes, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var location = Path.Combine(directory, entry.Name);
            if (entry.IsLink || depth == DirectoryWalk.MaxDepth)
            {
                notes.Add($"{location} is a symbolic link or too deep and was left out.");
                continue;
            }

            var path = FolderNames.Join(parent, FolderNames.Escape(entry.Name));
            found.Add(Folder(path, location));
            Descend(location, path, DirectoryWalk.Directories(location), depth + 1, found, notes, cancellationToken);
        }
    }
}
