using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>
/// One Maildir: the directory itself is INBOX, <c>.Folder.Sub</c> below it is Folder/Sub (Maildir++), and a plain directory with a cur
/// in it is a folder too (as written by other clients).
/// </summary>
internal sealed class MaildirTree(MailboxConnection connection, string root, string account, IMessageBuffers buffers) : IFileTree
{
    private static readonly string[] Own = ["cur", "new", "tmp"];

    public FileFolders FindFolders(CancellationToken cancellationToken)
    {
        var folders = new FolderCollector();
        var top = DirectoryWalk.Directories(root);
        if (IsMaildir(root))
        {
            folders.Add(FolderNames.Inbox, root);
        }

        Descend(root, "", top, 0, folders, cancellationToken);
        return folders.IsEmpty ? throw PathTrouble.Missing(Path.Combine(root, "cur")) : folders.Found;
    }

    public IFileFolder Open(SourceFolder folder, string location)
    {
        var trouble = new ItemTrouble(account, folder.Path);
        return new MaildirFolder(location, new FileOctets(buffers, connection.MaxMessageOctets, trouble), trouble);
    }

    public bool Exists(string location) => IsMaildir(location);

    public static bool IsMaildir(string path) => Directory.Exists(Path.Combine(path, "cur")) || Directory.Exists(Path.Combine(path, "new"));

    private static void Descend(string directory, string parent, IReadOnlyList<DirectoryEntry> entries, int depth, FolderCollector folders, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var location = Path.Combine(directory, entry.Name);
            if (Own.Contains(entry.Name) || folders.LeavesOut(entry, location, depth))
            {
                continue;
            }

            var path = FolderNames.Join(parent, NameOf(entry.Name));
            if (IsMaildir(location))
            {
                folders.Add(path, location);
            }

            Descend(location, path, DirectoryWalk.Directories(location), depth + 1, folders, cancellationToken);
        }
    }

    private static string NameOf(string directory) => directory[0] == '.'
        ? string.Join('/', directory[1..].Split('.').Select(name => FolderNames.Escape(FolderNames.DecodeUtf7(name))))
        : FolderNames.Escape(FolderNames.DecodeUtf7(directory));
}
