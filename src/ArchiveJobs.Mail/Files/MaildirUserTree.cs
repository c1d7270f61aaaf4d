using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>One Maildir a user.</summary>
internal sealed class MaildirUserTree : IMailboxTree
{
    public string Kind => "maildir";

    public IReadOnlyList<TreeMailbox> List(string path) => [.. MaildirUsers.List(path).Select(user => new TreeMailbox(user.Name, user.Path))];
}
