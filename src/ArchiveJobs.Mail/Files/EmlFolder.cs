using System.Globalization;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>The *.eml files of one directory. Name, size and time name an item, so that a file written anew is a new item.</summary>
internal sealed class EmlFolder(string directory, FileOctets octets, ItemTrouble trouble) : IFileFolder
{
    private const string Suffix = ".eml";

    private Dictionary<string, FileEntry>? _files;

    public long Count() => DirectoryWalk.CountFiles(directory, Suffix);

    public IReadOnlyList<SourceItem> List(CancellationToken cancellationToken)
    {
        var files = DirectoryWalk.Files(directory, Suffix);
        files.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        cancellationToken.ThrowIfCancellationRequested();
        _files = files.ToDictionary(NameOf, StringComparer.Ordinal);
        return [.. files.Select(file => new SourceItem(0, NameOf(file), "", file.WrittenAt, file.Length))];
    }

    public FetchedItem Read(SourceItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item.Name);
        if (_files is null)
        {
            List(cancellationToken);
        }

        if (!_files!.TryGetValue(item.Name, out var file))
        {
            return ItemTrouble.Vanished(item);
        }

        return file.IsLink
            ? trouble.Unreadable(item, "it is a symbolic link, which is not followed")
            : octets.TryRead(item, Path.Combine(directory, file.Name), cancellationToken) ?? ItemTrouble.Vanished(item);
    }

    private static string NameOf(FileEntry file) => string.Create(CultureInfo.InvariantCulture, $"{file.Name}|{file.Length}|{file.WrittenAt.UtcTicks}");
}
