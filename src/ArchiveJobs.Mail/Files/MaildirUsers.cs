namespace ArchiveJobs.Mail.Files;

/// <summary>A directory with one Maildir a user, as many mail servers keep it.</summary>
public static class MaildirUsers
{
    /// <summary>The users by name; directories without a Maildir and symbolic links are left out. Some servers keep the mail one step deeper, in Maildir/.</summary>
    /// <exception cref="Core.ArchiveException">path.missing or path.denied.</exception>
    public static IReadOnlyList<MaildirUser> List(string path)
    {
        var users = new List<MaildirUser>();
        var root = FilePath.Full(path);
        foreach (var entry in DirectoryWalk.Directories(root).Where(entry => !entry.IsLink && entry.Name[0] != '.'))
        {
            var own = Path.Combine(root, entry.Name);
            var deeper = Path.Combine(own, "Maildir");
            if (MaildirTree.IsMaildir(own) || MaildirTree.IsMaildir(deeper))
            {
                users.Add(new MaildirUser(entry.Name, MaildirTree.IsMaildir(own) ? own : deeper));
            }
        }

        return users;
    }
}

/// <param name="Path">Of the user's Maildir, for <see cref="Core.Sources.MailboxConnection.Path"/>.</param>
public sealed record MaildirUser(string Name, string Path);
