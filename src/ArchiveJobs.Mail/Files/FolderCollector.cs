using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Folders;

namespace ArchiveJobs.Mail.Files;

/// <summary>The folders found in a tree so far; no two have one path.</summary>
internal sealed class FolderCollector
{
    private readonly List<SourceFolder> _folders = [];
    private readonly List<string> _notes = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    public bool IsEmpty => _folders.Count == 0;

    public FileFolders Found => new(_folders, _notes);

    /// <summary>A path that is taken (.Archive.2025 beside Archive/2025, or a directory INBOX) gets an underscore.</summary>
    /// <param name="location">File or directory.</param>
    public void Add(string path, string location)
    {
        while (!_paths.Add(Comparable(path)))
        {
            path += "_";
        }

        _folders.Add(new SourceFolder(path, SpecialUseByName.Of(path), Selectable: true, null) { Native = location });
    }

    public void LeaveOut(string location, string reason) => _notes.Add($"{location} was left out: {reason}.");

    /// <summary>True, with a note, for what must not be walked into.</summary>
    public bool LeavesOut(DirectoryEntry entry, string location, int depth)
    {
        if (!entry.IsLink && depth < DirectoryWalk.MaxDepth)
        {
            return false;
        }

        LeaveOut(location, entry.IsLink ? "it is a symbolic link" : "it lies too deep");
        return true;
    }

    // INBOX is the same in any case (RFC 9051 section 5.1).
    private static string Comparable(string path) => path.Equals(FolderNames.Inbox, StringComparison.OrdinalIgnoreCase) ? FolderNames.Inbox : path;
}
