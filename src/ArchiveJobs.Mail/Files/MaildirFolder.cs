using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>
/// The messages in new/ and cur/ of one Maildir folder. The unique part of a file name names the item: flags behind it may change and the file may
/// move from new/ to cur/ at any time, also between listing and reading.
/// </summary>
internal sealed class MaildirFolder(string directory, FileOctets octets, ItemTrouble trouble) : IFileFolder
{
    private static readonly string[] Places = ["new", "cur"];

    private Dictionary<string, Place>? _places;

    public long Count() => Existing().Sum(path => DirectoryWalk.CountFiles(path));

    public IReadOnlyList<SourceItem> List(CancellationToken cancellationToken)
    {
        var keywords = MaildirFlags.ReadKeywords(directory);
        var items = new List<SourceItem>();
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);

        // new before cur: what moves in between is seen in cur, not missed.
        foreach (var path in Existing())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var file in DirectoryWalk.Files(path).OrderBy(file => file.Name, StringComparer.Ordinal))
            {
                var (unique, letters) = MaildirFlags.Split(file.Name);
                var place = new Place(Path.Combine(path, file.Name), file.IsLink);

                // Two files with one unique name should not be. Neither is dropped: the second goes by its whole name.
                var name = places.TryAdd(unique, place) ? unique : places.TryAdd(file.Name, place) ? file.Name : null;
                if (name is not null)
                {
                    items.Add(new SourceItem(0, name, MaildirFlags.ToImap(letters, keywords), file.WrittenAt, file.Length));
                }
            }
        }

        _places = places;
        items.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return items;
    }

    public FetchedItem Read(SourceItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item.Name);
        if (_places is null)
        {
            List(cancellationToken);
        }

        while (_places!.TryGetValue(item.Name, out var place))
        {
            if (place.IsLink)
            {
                return trouble.Unreadable(item, "it is a symbolic link, which is not followed");
            }

            if (octets.TryRead(item, place.Path, cancellationToken) is { } read)
            {
                return read;
            }

            // Renamed since it was listed, or gone. Gone files are missing from the new list, so this is not repeated for each of them.
            List(cancellationToken);
            if (_places.TryGetValue(item.Name, out var now) && now == place)
            {
                return trouble.Unreadable(item, "the file is listed but cannot be opened");
            }
        }

        return ItemTrouble.Vanished(item);
    }

    private IEnumerable<string> Existing() => Places.Select(name => Path.Combine(directory, name)).Where(Directory.Exists);

    private readonly record struct Place(string Path, bool IsLink);
}
