using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Folders;

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
        var found = new List<SourceFolder>();
        var notes = new List<string>();
        var top = DirectoryWalk.Directories(root);
        if (IsMaildir(root))
        {
            found.Add(new SourceFolder(FolderNames.Inbox, SpecialUse.Inbox, Selectable: true, null) { Native = root });
        }

        Descend(root, "", top, 0, found, notes, cancellationToken);
        return found.Count > 0 ? new FileFolders(found, notes) : throw PathTrouble.Missing(Path.Combine(root, "cur"));
    }

    public IFileFolder Open(SourceFolder folder, string location) =>
        new MaildirFolder(location, new FileOctets(buffers, connection.MaxMessageOctets, new ItemTrouble(account, folder.Path)), new ItemTrouble(account, folder.Path));

    public bool Exists(string location) => IsMaildir(location);

    public static bool IsMaildir(string path) => Directory.Exists(Path.Combine(path, "cur")) || Directory.Exists(Path.Combine(path, "new"));

    private static void Descend(string directory, string parent, IReadOnlyList<DirectoryEntry> entries, int depth, List<SourceFolder> found, List<string> notes, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Own.Contains(entry.Name))
            {
                continue;
            }

            var location = Path.Combine(directory, entry.Name);
            if (entry.IsLink || depth == DirectoryWalk.MaxDepth)
            {
                notes.Add($"{location} is a symbolic link or too deep and was left out.");
                continue;
            }

            var path = FolderNames.Join(parent, NameOf(entry.Name));
            if (IsMaildir(location))
            {
                found.Add(new SourceFolder(path, SpecialUseByName.Of(path), Selectable: true, null) { Native = location });
            }

            Descend(location, path, DirectoryWalk.Directories(location), depth + 1, found, notes, cancellationToken);
        }
    }

    private static string NameOf(string directory) => directory[0] == '.'
        ? string.Join('/', directory[1..].Split('.').Select(name => FolderNames.Escape(FolderNames.DecodeUtf7(name))))
        : FolderNames.Escape(FolderNames.DecodeUtf7(directory));
}
