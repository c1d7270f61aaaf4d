namespace ArchiveJobs.Core.Sources;

/// <summary>A directory with one mailbox a user, as mail servers keep it. Read at every run, so that new users are archived without a change of the profile.</summary>
public interface IMailboxTree
{
    /// <summary>The kind of source its mailboxes are: maildir.</summary>
    string Kind { get; }

    /// <summary>The users by name.</summary>
    /// <exception cref="ArchiveException">path.missing or path.denied.</exception>
    IReadOnlyList<TreeMailbox> List(string path);
}

/// <param name="Path">For <see cref="MailboxConnection.Path"/>.</param>
public sealed record TreeMailbox(string User, string Path);
