using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>Opens mailboxes in mbox files.</summary>
internal sealed class MboxSource(IMessageBuffers buffers) : IMailSource
{
    public string Kind => "mbox";

    public IMailboxSource Open(MailboxConnection connection) =>
        FileSource.Open(Kind, connection, (root, account) => new MboxTree(connection, root, account, buffers));
}

/// <summary>Opens Maildirs.</summary>
internal sealed class MaildirSource(IMessageBuffers buffers) : IMailSource
{
    public string Kind => "maildir";

    public IMailboxSource Open(MailboxConnection connection) =>
        FileSource.Open(Kind, connection, (root, account) => new MaildirTree(connection, root, account, buffers));
}

/// <summary>Opens directory trees of *.eml files.</summary>
internal sealed class EmlSource(IMessageBuffers buffers) : IMailSource
{
    public string Kind => "eml";

    public IMailboxSource Open(MailboxConnection connection) =>
        FileSource.Open(Kind, connection, (root, account) => new EmlTree(connection, root, account, buffers));
}

internal static class FileSource
{
    /// <exception cref="Core.ArchiveException">path.missing: the connection has no path.</exception>
    public static FileMailbox Open(string kind, MailboxConnection connection, Func<string, string, IFileTree> tree)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var root = FilePath.Full(connection.Path);
        var account = $"{kind}:{root}";
        return new FileMailbox(account, tree(root, account));
    }
}
