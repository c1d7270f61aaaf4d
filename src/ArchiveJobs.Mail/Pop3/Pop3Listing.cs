using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Pop3;

/// <summary>What a POP3 mailbox holds: names by UIDL, sizes by LIST, and the message numbers of this connection.</summary>
internal sealed class Pop3Listing
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    private Pop3Listing()
    {
    }

    public List<SourceItem> Items { get; } = [];

    public FolderStatus Status => new(1, 0, Items.Count);

    /// <summary>The number that the server gave to this item on the connection of this listing; null when it is gone.</summary>
    public int? NumberOf(SourceItem item) => _numbers.TryGetValue(item.Name!, out var number) ? number : null;

    /// <exception cref="ArchiveException">pop3.no-uidl.</exception>
    public static async Task<Pop3Listing> ReadAsync(Pop3Session session, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<int, long>();
        foreach (var line in await session.AskForLinesAsync("LIST", cancellationToken) ?? [])
        {
            if (TrySplit(line, out var number, out var size))
            {
                sizes[number] = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var octets) ? octets : 0;
            }
        }

        var names = await session.AskForLinesAsync("UIDL", cancellationToken);
        if (names is null || (names.Count == 0 && sizes.Count > 0))
        {
            throw new ArchiveException(
                new Situation(SituationKeys.Pop3NoUidl, ErrorClass.Configuration).With("host", session.Connection.Host) with { ServerWords = session.LastRefusal },
                $"{session.Connection.Host} has no UIDL.");
        }

        return From(names, sizes);
    }

    private static Pop3Listing From(IReadOnlyList<string> names, Dictionary<int, long> sizes)
    {
        var listing = new Pop3Listing();
        foreach (var line in names)
        {
            if (TrySplit(line, out var number, out var name) && name.Length > 0)
            {
                var unique = listing.Unique(name);
                listing._numbers.Add(unique, number);
                listing.Items.Add(new SourceItem(0, unique, "", null, sizes.GetValueOrDefault(number)));
            }
        }

        return listing;
    }

    // Servers that make the name from the content give copies the same one (RFC 1939 section 7 allows it).
    private string Unique(string name)
    {
        var unique = name;
        for (var n = 2; _numbers.ContainsKey(unique); n++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{name}#{n}");
        }

        return unique;
    }

    private static bool TrySplit(string line, out int number, out string rest)
    {
        var space = line.IndexOf(' ');
        rest = space < 0 ? "" : line[(space + 1)..].Trim();
        return int.TryParse(space < 0 ? line : line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
