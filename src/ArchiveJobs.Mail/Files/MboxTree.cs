using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

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
        var folders = new FolderCollector();
        if (File.Exists(root))
        {
            folders.Add(PathOf("", Path.GetFileName(root)), root);
        }
        else
        {
            Descend(root, "", 0, folders, cancellationToken);
        }

        return folders.Found;
    }

    public IFileFolder Open(SourceFolder folder, string location) =>
        new MboxFolder(location, connection.UnquoteMboxrd, connection.MaxMessageOctets, buffers, new ItemTrouble(account, folder.Path));

    public bool Exists(string location) => File.Exists(location);

    private static void Descend(string directory, string parent, int depth, FolderCollector folders, CancellationToken cancellationToken)
    {
        foreach (var file in DirectoryWalk.Files(directory).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var location = Path.Combine(directory, file.Name);
            if (file.IsLink || !IsMbox(location, file))
            {
                folders.LeaveOut(location, file.IsLink ? "it is a symbolic link" : "it does not begin like an mbox file");
                continue;
            }

            folders.Add(PathOf(parent, file.Name), location);
        }

        foreach (var entry in DirectoryWalk.Directories(directory))
        {
            var location = Path.Combine(directory, entry.Name);
            if (!folders.LeavesOut(entry, location, depth))
            {
                Descend(location, FolderNames.Join(parent, FolderNames.Escape(Without(entry.Name, SubdirectorySuffix))), depth + 1, folders, cancellationToken);
            }
        }
    }

    private static string PathOf(string parent, string fileName) => FolderNames.Join(parent, FolderNames.Escape(Without(fileName, MboxSuffix)));

    private static string Without(string name, string suffix) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? name[..^suffix.Length] : name;

    private static bool IsMbox(string path, FileEntry file)
    {
        if (file.Name.EndsWith(MboxSuffix, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // Without a look into it: what has no length may be a pipe, and opening that could wait for ever.
        return file.Length == 0 ? !Path.HasExtension(file.Name) : PathTrouble.Translated(path, () =>
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[5];
            return RandomAccess.Read(handle, start, 0) == start.Length && start.SequenceEqual("From "u8);
        });
    }
}
