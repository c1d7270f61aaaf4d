using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Net;
using MailKit;
using MailKit.Net.Imap;

namespace ArchiveJobs.Mail.Imap;

/// <summary>Lists folders and their status: with one command where the server has LIST-STATUS (RFC 5819), else a STATUS each.</summary>
internal static class ImapFolders
{
    private const StatusItems Asked = StatusItems.UidValidity | StatusItems.UidNext | StatusItems.Count;

    public static async Task<IReadOnlyList<SourceFolder>> ListAsync(RawImapClient client, CancellationToken cancellationToken)
    {
        var found = await FetchAsync(client, cancellationToken);
        var list = new List<SourceFolder>(found.Count);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in found)
        {
            var path = Unique(FolderPath.FromServer(folder.FullName, folder.DirectorySeparator), paths);
            var selectable = IsSelectable(folder);
            list.Add(new SourceFolder(path, UseOf(folder), selectable, selectable && folder.UidValidity != 0 ? StatusOf(folder) : null) { Native = folder.FullName });
        }

        return list;
    }

    public static async Task<IReadOnlyList<FolderStatus?>> ReadStatusAsync(
        RawImapClient client, IReadOnlyList<SourceFolder> folders, CancellationToken cancellationToken)
    {
        var states = new FolderStatus?[folders.Count];
        if (folders.Count > 1 && client.Capabilities.HasFlag(ImapCapabilities.ListStatus))
        {
            var found = await FetchAsync(client, cancellationToken);
            var byName = found.Where(IsSelectable).ToDictionary(folder => folder.FullName, StringComparer.Ordinal);
            for (var i = 0; i < states.Length; i++)
            {
                states[i] = byName.TryGetValue(NameOf(folders[i]), out var folder) ? StatusOf(folder) : null;
            }

            return states;
        }

        for (var i = 0; i < states.Length; i++)
        {
            states[i] = await ReadStatusAsync(client, NameOf(folders[i]), cancellationToken);
        }

        return states;
    }

    /// <summary>The name to give to the server for a folder that this or another connection listed.</summary>
    public static string NameOf(SourceFolder folder) => folder.Native as string ?? folder.Path;

    public static FolderStatus StatusOf(IMailFolder folder) => new(folder.UidValidity, folder.UidNext?.Id ?? 0, folder.Count);

    private static async Task<List<IMailFolder>> FetchAsync(RawImapClient client, CancellationToken cancellationToken)
    {
        var hasListStatus = client.Capabilities.HasFlag(ImapCapabilities.ListStatus);
        var found = new List<IMailFolder>();
        foreach (var space in client.PersonalNamespaces)
        {
            foreach (var folder in await client.GetFoldersAsync(space, hasListStatus ? Asked : StatusItems.None, subscribedOnly: false, cancellationToken))
            {
                if (!found.Contains(folder))
                {
                    found.Add(folder);
                }
            }
        }

        // A personal namespace called "INBOX." lists what lies below it, not INBOX itself.
        var inboxListed = client.Inbox is null || found.Contains(client.Inbox);
        if (!inboxListed)
        {
            found.Insert(0, client.Inbox!);
        }

        foreach (var folder in found.Where(folder => IsSelectable(folder) && (!hasListStatus || (!inboxListed && folder == client.Inbox))))
        {
            await AskStatusAsync(folder, cancellationToken);
        }

        return found;
    }

    private static async Task<FolderStatus?> ReadStatusAsync(RawImapClient client, string name, CancellationToken cancellationToken)
    {
        try
        {
            var folder = await client.GetFolderAsync(name, cancellationToken);
            return await AskStatusAsync(folder, cancellationToken) ? StatusOf(folder) : null;
        }
        catch (FolderNotFoundException)
        {
            return null;
        }
    }

    // NO: the folder vanished after it was listed, or may not be read. Opening it will say which.
    private static async Task<bool> AskStatusAsync(IMailFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            await folder.StatusAsync(Asked, cancellationToken);
            return true;
        }
        catch (ImapCommandException e) when (e.Response == ImapCommandResponse.No)
        {
            return false;
        }
    }

    private static bool IsSelectable(IMailFolder folder) => (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) == 0;

    // Two names may decode to one path; cursors of two folders must never meet under one.
    private static string Unique(string path, HashSet<string> taken)
    {
        var unique = path;
        for (var n = 2; !taken.Add(unique); n++)
        {
            unique = $"{path} ({n})";
        }

        return unique;
    }

    private static SpecialUse UseOf(IMailFolder folder)
    {
        (FolderAttributes Attribute, SpecialUse Use)[] uses =
        [
            (FolderAttributes.Inbox, SpecialUse.Inbox),
            (FolderAttributes.All, SpecialUse.All),
            (FolderAttributes.Archive, SpecialUse.Archive),
            (FolderAttributes.Drafts, SpecialUse.Drafts),
            (FolderAttributes.Junk, SpecialUse.Junk),
            (FolderAttributes.Sent, SpecialUse.Sent),
            (FolderAttributes.Trash, SpecialUse.Trash),
            (FolderAttributes.Flagged, SpecialUse.Flagged),
        ];
        foreach (var (attribute, use) in uses)
        {
            if (folder.Attributes.HasFlag(attribute))
            {
                return use;
            }
        }

        return string.Equals(folder.FullName, "INBOX", StringComparison.OrdinalIgnoreCase) ? SpecialUse.Inbox : SpecialUse.None;
    }
}
