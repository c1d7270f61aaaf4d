using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>A directory tree of *.eml files: each directory is a folder by its relative path, the top one is INBOX.</summary>
internal sealed class EmlTree(MailboxConnection connection, string root, string account, IMessageBuffers buffers) : IFileTree
{
    public FileFolders FindFolders(CancellationToken cancellationToken)
    {
        var folders = new FolderCollector();
        var top = DirectoryWalk.Directories(root);
        folders.Add(FolderNames.Inbox, root);
        Descend(root, "", top, 0, folders, cancellationToken);
        return folders.Found;
    }

    public IFileFolder Open(SourceFolder folder, string location)
    {
        var trouble = new ItemTrouble(account, folder.Path);
        return new EmlFolder(location, new FileOctets(buffers, connection.MaxMessageOctets, trouble), trouble);
    }

    public bool Exists(string location) => Directory.Exists(location);

    private static void Descend(string directory, string parent, IReadOnlyList<DirectoryEntry> entries, int depth, FolderCollector folders, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var location = Path.Combine(directory, entry.Name);
            if (folders.LeavesOut(entry, location, depth))
            {
                continue;
            }

            var path = FolderNames.Join(parent, FolderNames.Escape(entry.Name));
            folders.Add(path, location);
            Descend(location, path, DirectoryWalk.Directories(location), depth + 1, folders, cancellationToken);
        }
    }
}
